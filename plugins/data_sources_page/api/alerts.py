"""Alerts: how they are set up, and a test message."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SecretStr, create_model

from include import airflow_metadata
from include.monitoring import setup
from include.monitoring.channel import CONNECTION_ID
from include.monitoring.settings import KINDS
from include.tasks.airflow_urls import airflow_url
from plugins.data_sources_page.alert_fields import field_of
from plugins.data_sources_page.csrf import same_origin
from plugins.data_sources_page.errors import Refused
from plugins.data_sources_page.permissions import User, may_edit, reader

router = APIRouter(prefix="/api/alerts", tags=["alerts"])
READING = [Depends(reader)]
EDITING = [Depends(may_edit), Depends(same_origin)]


class AlertsBody(BaseModel):
    """Where alerts go, and which are sent. What a request leaves out stays as it is saved."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    address: SecretStr = Field(SecretStr(""), description="For Apprise; empty keeps the saved one.")
    orders_after_minutes: str | None = Field(
        None, description="Until a waiting or unclear order is reported."
    )
    quiet_minutes: str | None = Field(
        None, description="Minutes without another alert about the same problem."
    )


if TYPE_CHECKING:
    Alerts = AlertsBody
else:
    Alerts = create_model(
        "Alerts", __base__=AlertsBody, **{field_of(kind): (bool | None, Field(None)) for kind in KINDS}
    )


@router.get("", dependencies=READING)
def show_alerts() -> dict[str, Any]:
    """Show how alerts are set up, without the address."""
    return asdict(setup.current())


@router.put("", dependencies=EDITING)
def save_alerts(alerts: Alerts, user: User) -> dict[str, Any]:
    """Save where alerts go, and which are sent; what is left out stays as it is saved."""
    if setup.current().is_elsewhere:
        raise Refused(
            f"The Airflow Connection {CONNECTION_ID} comes from a secrets backend or a variable.",
            "Change it there.",
        )
    chosen = {kind: getattr(alerts, field_of(kind)) for kind in KINDS}
    saved = setup.save(
        address=alerts.address.get_secret_value(),
        orders_after=alerts.orders_after_minutes,
        quiet=alerts.quiet_minutes,
        kinds={kind: is_chosen for kind, is_chosen in chosen.items() if is_chosen is not None},
    )
    given = alerts.model_dump(exclude={"address"}, exclude_none=True) | {
        "address": "entered" if alerts.address.get_secret_value() else "kept"
    }
    airflow_metadata.record_audit("bigcommerce.alerts", user.get_name(), None, given)
    return {"message": f"Saved. Alerts go to {', '.join(saved.services)}."}


@router.post("/test", dependencies=EDITING)
def send_test_message(alerts: Alerts) -> dict[str, Any]:
    """Send a test message to the given address, or to the saved one. Saves nothing."""
    return {"message": setup.send_test(alerts.address.get_secret_value(), airflow_url())}
