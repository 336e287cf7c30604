"""Scripts of our API account are read, added, changed and deleted; odd answers are named or passed over."""

from __future__ import annotations

import pytest

from include.bigcommerce.errors import OutcomeUnknown, RequestRefused, ScopeMissing, UnexpectedResponse
from include.bigcommerce.scripts import Script, create_script, delete_script, read_scripts, update_script
from tests.support.dictated_store import Answer
from tests.support.store_clients import Connect, Dictate, OpenSandbox

HTML = "<script>\n1\n</script>"
UUID = "03805148-a592-4803-9482-e91fe5c1be12"


def test_script_is_added_listed_changed_and_deleted(connect: Connect, open_sandbox: OpenSandbox) -> None:
    client = connect(open_sandbox())
    assert read_scripts(client) == []
    made = create_script(client, name="A", description="B", html=HTML, pages="all_pages")
    assert read_scripts(client) == [made] == [Script(made.uuid, HTML, "all_pages", True)]
    changed = update_script(
        client, made.uuid, name="A", description="B", html=HTML + "\n", pages="storefront"
    )
    assert read_scripts(client) == [changed]
    assert (changed.uuid, changed.visibility) == (made.uuid, "storefront")
    delete_script(client, made.uuid)
    assert read_scripts(client) == []
    delete_script(client, made.uuid)


def test_script_runs_in_stores_with_a_cookie_banner_and_goes_with_its_api_account(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    create_script(connect(sandbox), name="A", description="B", html=HTML, pages="storefront")
    [script] = sandbox.scripts.all()
    assert (script.consent_category, script.location, script.auto_uninstall) == ("essential", "head", True)


def test_missing_scope_is_named_as_the_control_panel_names_it(
    connect: Connect, open_sandbox: OpenSandbox
) -> None:
    sandbox = open_sandbox()
    sandbox.access.drop_scope("store_content_checkout")
    with pytest.raises(ScopeMissing, match=r'"Checkout content: modify" \(store_content_checkout\)'):
        create_script(connect(sandbox), name="A", description="B", html=HTML, pages="all_pages")
    sandbox.access.drop_scope("store_v2_content")
    with pytest.raises(ScopeMissing, match=r'"Content: modify" \(store_v2_content\)'):
        read_scripts(connect(sandbox))


def test_page_after_page_is_read_and_one_odd_script_costs_no_other(
    connect: Connect, dictate: Dictate
) -> None:
    def page(number: int, *scripts: object) -> Answer:
        pagination = {"total": 3, "per_page": 2, "current_page": number, "total_pages": 2, "count": 2}
        return Answer(body={"data": scripts, "meta": {"pagination": pagination}})

    store = dictate(
        page(1, {"uuid": UUID}, {"uuid": "../../v2/orders"}), page(2, {"uuid": "x", "html": None})
    )
    assert [script.uuid for script in read_scripts(connect(store))] == [UUID, "x"]
    assert len(store.received) == 2


def test_store_that_repeats_a_page_is_not_asked_for_ever(connect: Connect, dictate: Dictate) -> None:
    pagination = {"total": 9, "per_page": 1, "current_page": 1, "total_pages": 9}
    store = dictate(Answer(body={"data": [{"uuid": UUID}], "meta": {"pagination": pagination}}))
    with pytest.raises(UnexpectedResponse, match="page 2 is the one before it again"):
        read_scripts(connect(store))


def test_lost_answer_to_a_new_script_is_not_sent_again(connect: Connect, dictate: Dictate) -> None:
    store = dictate(Answer(502))
    with pytest.raises(OutcomeUnknown):
        create_script(connect(store), name="A", description="B", html=HTML, pages="storefront")
    assert len(store.received) == 1


def test_refused_deletion_is_an_error(connect: Connect, dictate: Dictate) -> None:
    with pytest.raises(RequestRefused):
        delete_script(connect(dictate(Answer(422))), UUID)
