"""Writes docs/messages.md anew: `python -m tools.messages`."""

from __future__ import annotations

import os
import tempfile


def main() -> None:
    """Write it, with an AIRFLOW_HOME of its own: importing Airflow would otherwise create the usual one."""
    with tempfile.TemporaryDirectory(prefix="airflow-home-") as name:
        os.environ["AIRFLOW_HOME"] = name
        from tools.messages.document import DOCUMENT, document

        DOCUMENT.write_text(document())


if __name__ == "__main__":
    main()
