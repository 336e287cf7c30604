"""Requests and responses against BigCommerce's official OpenAPI files.

The files are reference data and no part of this project: BIGCOMMERCE_CONTRACT names the folder they are in.
`official_contract()` skips the test where it is not set. Where a file contradicts itself or what BigCommerce
does, AMENDMENTS and _mend_spelling say so and why; nothing else is let off.

    official_contract().check_requests(sandbox.requests)    what a client asked of a sandbox
    official_contract().check_response(response)            what a sandbox answered
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
import requests
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse
from openapi_schema_validator import OAS30Validator

from include.sandbox import RecordedRequest, Sandbox

OFFICIAL_HOST = "https://api.bigcommerce.com"
STOREFRONT = "/api/storefront/"
OFFICIAL_STOREFRONT = f"https://your_store.example.com{STOREFRONT}"
FILES = PRODUCTS, VARIANTS, STORE, ORDERS, GEOGRAPHY, MODIFIERS, SCRIPTS, CARTS, REFUNDS, HOOKS = (
    "products_catalog.v3.yml",
    "product-variants_catalog.v3.yml",
    "store_information.v2.yml",
    "orders.v2.oas2.yml",
    "geography.v2.yml",
    "product-modifiers_catalog.v3.yml",
    "scripts.v3.yml",
    "carts.sf.yml",
    "orders.v3.yml",
    "webhooks.v3.yml",
)

# A path's or a query's ids and page numbers: one is as good as another.
_ID_IN_PATH = re.compile(r"/\d+(?=/|$)")
_NUMBER_IN_QUERY = re.compile(r"\b((?:page|min_id|id%3A\w+)=)\d+(?:%2C\d+)*(?=&|$)")
# headers that no official file names and that differ from sandbox to sandbox
OF_TRANSPORT = ("host", "content-length")


@dataclass(frozen=True)
class Amendment:
    """A place in an official file that is changed before anything is checked against it."""

    file: str
    place: str | tuple[str, ...]  # steps, where one of them has a slash inside
    change: dict[str, Any]
    reason: str


ORDER_SORTS = ("id", "customer_id", "date_created", "date_modified", "status_id", "channel_id", "external_id")
V2_REFUSAL = {
    "description": "An array of errors.",
    "content": {
        "application/json": {
            "schema": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["status", "message"],
                    "properties": {
                        "status": {"type": "integer"},
                        "message": {"type": "string"},
                        "details": {"type": "object"},
                    },
                },
            }
        }
    },
}

AMENDMENTS = (
    Amendment(
        PRODUCTS,
        "components/schemas/product_Full/allOf/2/properties",
        {"variants": {"type": "array", "items": {"$ref": "#/components/schemas/productVariant_Full"}}},
        "variants is a legal include of GET /catalog/products, and missing from the response's schema",
    ),
    Amendment(
        PRODUCTS,
        "components/schemas/productVariant_Base/properties",
        {"map_price": {}},
        "the schema says a number; the variants file shows an empty object, and stores send null too",
    ),
    Amendment(
        PRODUCTS,
        "components/schemas/productVariant_Full/allOf/1/properties/sku_id",
        {"nullable": True},
        "null for a base variant, says the variants file",
    ),
    Amendment(
        PRODUCTS,
        "components/schemas/product_Full/allOf/2/properties/base_variant_id",
        {"nullable": True},
        "its own description says that it is null for a product with options",
    ),
    Amendment(
        PRODUCTS,
        "components/schemas/product_Full/allOf/2/properties/option_set_id",
        {"nullable": True},
        "a product outside any (legacy) option set has none",
    ),
    Amendment(
        VARIANTS,
        "components/schemas/metafield_Base/properties/description",
        {"minLength": 0},
        "without a description it is empty, as the batch schemas of the same file allow",
    ),
    Amendment(
        ORDERS,
        "paths//orders/get/responses",
        {"204": {"description": "Nothing was found."}, "400": V2_REFUSAL},
        "nothing found is 204 with no body, which users report and the file leaves out, like refusals",
    ),
    Amendment(
        ORDERS,
        "paths//orders/post/responses",
        {"400": V2_REFUSAL, "409": V2_REFUSAL},
        "the file leaves refusals out; BigCommerce's older documentation shows them",
    ),
    *(
        Amendment(ORDERS, ("paths", path, method, "responses"), {status: V2_REFUSAL}, "as above")
        for path, method, status in (
            ("/orders/{order_id}/shipments", "get", "404"),
            ("/orders/{order_id}/shipments", "post", "400"),
            ("/orders/{order_id}/shipments/{shipment_id}", "get", "404"),
        )
    ),
    Amendment(
        ORDERS,
        "components/schemas/order_RespOnly/properties",
        {"consignments": {"$ref": "#/components/schemas/orderConsignments_Resource"}},
        "oneOf a link or the whole, and the schema of the whole allows the link too",
    ),
    Amendment(
        ORDERS,
        "components/parameters/sort/schema",
        {"enum": [f"{field}{way}" for field in ORDER_SORTS for way in ("", ":asc", ":desc")]},
        "the enum has the bare fields; the description wants :asc or :desc at the end",
    ),
    Amendment(
        SCRIPTS,
        "components/schemas/script_Base/properties/consent_category",
        {"enum": ["essential", "functional", "analytics", "targeting", "unknown"]},
        "its own description says that it is unknown where it was not specified",
    ),
    Amendment(
        SCRIPTS,
        ("paths", "/content/scripts/{uuid}", "delete", "responses"),
        {"204": {"description": "Deleted."}},
        "HTTP allows no body with 204, and the schema that the file gives it is called No Content",
    ),
    Amendment(
        REFUNDS,
        "components/schemas/AmountBoundItem/properties/item_type",
        {"enum": ["SHIPPING", "HANDLING", "TAX"]},
        "ORDER and FEE have schemas of their own, and the file wants exactly one of all schemas to fit",
    ),
    *(
        Amendment(
            GEOGRAPHY,
            ("paths", path, "get", "responses"),
            {"204": {"description": "Nothing was found."}, "400": V2_REFUSAL, "404": V2_REFUSAL},
            "the file leaves refusals out, and what a country without states is answered with",
        )
        for path in (
            "/countries",
            "/countries/{id}",
            "/countries/states",
            "/countries/{country_id}/states",
            "/countries/{country_id}/states/{id}",
        )
    ),
)


def _mend_spelling(node: Any) -> None:
    """Two slips all over the files: `x-nullable` for nullable, and a 204 that announces a body of no type."""
    if isinstance(node, dict):
        if node.get("x-nullable"):
            node["nullable"] = True
        if node.get("204", {}).get("content") == {}:
            del node["204"]["content"]
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _mend_spelling(child)


class Contract:
    """The official files, amended."""

    def __init__(self, folder: Path) -> None:
        self._files = {name: _load(folder, name) for name in FILES}
        self._checkers: dict[tuple[str, ...], OpenAPI] = {}
        self._allowed: set[tuple[object, ...]] = set()  # requests and items, most of which many tests send

    def check_requests(self, recorded: Iterable[RecordedRequest]) -> None:
        """Every request in a sandbox's log (`sandbox.requests`) is one that the official files allow."""
        for request in recorded:
            self.check_request(request)

    def check_request(self, recorded: RecordedRequest) -> None:
        """Path, parameters (none that is not declared), headers and body."""
        headers = tuple(
            (name, value) for name, value in recorded.headers.items() if name.lower() not in OF_TRANSPORT
        )
        path = _ID_IN_PATH.sub("/1", recorded.path)
        query = _NUMBER_IN_QUERY.sub(r"\g<1>1", recorded.query)
        same = (recorded.method, path, query, headers)
        new = [item for item in _items(recorded.body) if (*same, item) not in self._allowed]
        if not new:
            return
        file, template = self._find(recorded.method, recorded.path)
        declared = {
            parameter["name"]
            for parameter in self._parameters(file, template, recorded.method)
            if parameter["in"] == "query"
        }
        sent = {name for name, _ in parse_qsl(recorded.query, keep_blank_values=True)}
        label = f"{recorded.method} {recorded.path}?{recorded.query}"
        assert sent <= declared, f"{label}: {sorted(sent - declared)} not in {file}"
        request = RequestsOpenAPIRequest(_as_official(recorded, _batch(recorded.body, new)))
        checker = self._checker(file, template, recorded.method, sent)
        problems = [_describe(error) for error in checker.iter_request_errors(request)]
        assert not problems, f"{label}: {problems}"
        self._allowed.update((*same, item) for item in new)

    def check_response(self, response: requests.Response) -> None:
        """Status, content type and body."""
        method, path = str(response.request.method), response.request.path_url
        if not path.startswith(STOREFRONT):
            path = "/" + path.split("/", 3)[3]
        file, template = self._find(method, path.partition("?")[0])
        official = requests.Request(method, _official_address(path))
        problems = [
            _describe(error)
            for error in self._checker(file, template, method, set()).iter_response_errors(
                RequestsOpenAPIRequest(official), RequestsOpenAPIResponse(response)
            )
        ]
        assert not problems, f"{method} {path} {response.status_code}: {problems}"

    def check_event(self, event: dict[str, Any]) -> None:
        """The body with which a hook is called."""
        schemas = self._files[HOOKS]["components"]["schemas"]
        schema = schemas[event["scope"].replace("/", "_")]
        whole = {**schema, "components": {"schemas": schemas}}
        problems = [each.message for each in OAS30Validator(whole).iter_errors(event)]
        required = schemas["webhook_callback_base"]["properties"].keys() | {"data"}
        assert not problems, f"{event}: {problems}"
        assert event.keys() == required, f"{event} has not exactly {sorted(required)}"

    def _find(self, method: str, path: str) -> tuple[str, str]:
        """The official file and the path template of an operation."""
        version, rest = "sf", path.removeprefix(STOREFRONT)
        if not path.startswith(STOREFRONT):
            _, version, rest = path.split("/", 2)
        for name, spec in self._files.items():
            if f".{version}." not in name:
                continue
            templates = sorted(spec["paths"], key=lambda each: each.count("{"))
            for template in templates:
                pattern = re.sub(r"\{\w+\}", "[^/]+", template)
                if re.fullmatch(pattern, "/" + rest) and method.lower() in spec["paths"][template]:
                    return name, template
        raise AssertionError(f"{method} {path} is in none of {', '.join(self._files)}")

    def _parameters(self, file: str, template: str, method: str) -> list[dict[str, Any]]:
        spec = self._files[file]
        item = spec["paths"][template]
        listed = item.get("parameters", []) + item[method.lower()].get("parameters", [])
        return [_resolve(spec, each) for each in listed]

    def _checker(self, file: str, template: str, method: str, sent: set[str]) -> OpenAPI:
        """Checks one operation, without the optional query parameters that are not sent.

        openapi_core takes a millisecond for each parameter, sent or not, and products have fifty.
        """
        key = (file, template, method, *sorted(sent))
        if key not in self._checkers:
            spec = self._files[file]
            item = spec["paths"][template]
            kept = [
                each
                for each in self._parameters(file, template, method)
                if each["in"] != "query" or each.get("required") or each["name"] in sent
            ]
            operation = {**item[method.lower()], "parameters": kept}
            others = {name: value for name, value in item.items() if name != "parameters"}
            paths = {template: {**others, method.lower(): operation}}
            config = Config(spec_validator_cls=None)
            self._checkers[key] = OpenAPI.from_dict({**spec, "paths": paths}, config=config)
        return self._checkers[key]


def _resolve(spec: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    found: dict[str, Any] = spec["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return found


def _official_address(path: str) -> str:
    if path.startswith(STOREFRONT):
        return OFFICIAL_STOREFRONT + path.removeprefix(STOREFRONT)
    return f"{OFFICIAL_HOST}/stores/store{path}"


def _items(body: bytes) -> list[bytes]:
    """What is checked once: the items of a batch, which no official file limits in number; else the body."""
    if not body.startswith(b"["):
        return [body]
    return [bytes(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])] or [body]


def _batch(body: bytes, items: Iterable[bytes]) -> bytes:
    """The body with these of its items alone."""
    return b"[%b]" % b",".join(items) if body.startswith(b"[") and body != b"[]" else body


def _as_official(recorded: RecordedRequest, body: bytes) -> requests.Request:
    url = f"{_official_address(recorded.path)}?{recorded.query}"
    return requests.Request(recorded.method, url, headers=recorded.headers, data=body or None)


def _describe(error: Exception) -> str:
    causes = getattr(error.__cause__, "schema_errors", None)
    if causes:
        return "; ".join(f"{each.json_path}: {each.message[:200]}" for each in causes)
    return f"{error} {error.__cause__ or ''}".strip()


def _load(folder: Path, name: str) -> dict[str, Any]:
    # as safe_load, in a tenth of the time
    spec: dict[str, Any] = yaml.load((folder / name).read_text(encoding="utf-8"), yaml.CSafeLoader)
    _mend_spelling(spec)
    for amendment in AMENDMENTS:
        if amendment.file == name:
            place: Any = spec
            steps = amendment.place
            for step in re.split(r"(?<!/)/", steps) if isinstance(steps, str) else steps:
                place = place[int(step) if isinstance(place, list) else step]
            place.update(amendment.change)
    return spec


@cache
def official_contract() -> Contract:
    """The official contract; skips the test where the folder of its files is not known."""
    folder = os.environ.get("BIGCOMMERCE_CONTRACT")
    if not folder or not Path(folder).is_dir():
        pytest.skip("BIGCOMMERCE_CONTRACT does not name the folder of BigCommerce's OpenAPI files")
    return Contract(Path(folder))


def check_requests_if_available(sandboxes: Iterable[Sandbox]) -> None:
    """Every request that these sandboxes got, at the end of a test; nothing without the official files."""
    try:
        contract = official_contract()
    except pytest.skip.Exception:
        return
    for sandbox in sandboxes:
        contract.check_requests(sandbox.requests)
