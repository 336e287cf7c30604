"""Types of command-line arguments; apart from command_line.py, which imports Airflow for seconds."""

from __future__ import annotations

import argparse

from include.crm.ids import LARGEST_ID, read_id


def positive(text: str) -> int:
    """An argument that is an id, or another whole number from 1."""
    number = read_id(text)
    if number is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {LARGEST_ID}")
    return number
