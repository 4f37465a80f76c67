"""A challenge in the page: what is to be reached, a check of what is in the editor, and the token of whoever did."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from server import gallery, links, tokens


def test_a_challenge_is_checked_and_its_token_is_shown(page: Page) -> None:
    entry = gallery.entries()["handshake"]
    page.goto(f"/#{links.encode_named(entry.name, entry.scenario)}")
    page.get_by_role("tab", name="Challenge").click()
    pane = page.get_by_role("tabpanel", name="Challenge")
    expect(pane.get_by_role("heading")).to_have_text("Let them talk", timeout=20_000)
    pane.get_by_role("button", name="Check").click()
    expect(pane.get_by_text("Not yet")).to_be_visible(timeout=20_000)
    expect(pane.locator("li.no").first).to_contain_text("outcome == completed")
    page.get_by_role("tab", name="Controls").click()
    page.locator("#controls").get_by_label("active").fill("2")
    page.locator("#controls").get_by_label("active").press("Tab")
    pane.get_by_label("Your id").fill("ada")
    pane.get_by_role("button", name="Check").click()
    token = pane.get_by_role("textbox", name="Token")
    expect(token).to_be_visible(timeout=20_000)
    expect(pane.get_by_text("Passed", exact=True)).to_be_visible()
    said = tokens.read(token.input_value())
    assert (said.challenge, said.person) == ("Let them talk", "ada")
    pane.get_by_role("button", name="Copy the token").click()
    expect(pane.get_by_role("button", name="Copied")).to_be_visible()


def test_a_scenario_without_one_has_no_such_tab(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#verdict")).not_to_be_empty(timeout=20_000)
    expect(page.locator("#tab-challenge")).to_be_hidden()
