"""Shared use: nobody gets in unless they signed in, each sees only their own, and work waits for its turn."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from live_people import until
from playwright.sync_api import Browser, Page, expect, sync_playwright
from streamlit.testing.v1 import AppTest
from web_browser import free_port, new_page, open_browser, serving
from web_provider import CLIENT, SECRET, Provider, providing

from formcheck.errors import RecordsError, UsageError
from formcheck.records.home import HOME_VARIABLE
from formcheck.records.opening import LOCAL_OWNER
from formcheck.web import access, people, settings
from formcheck.web.access import SHARED, is_allowed, owner_of
from formcheck.web.app import PEOPLE, PLACES
from formcheck.web.jobs import Job, Report
from formcheck.web.shelf import Shelf
from formcheck.web.turns import Allowance, Turns
from formcheck.web.words import say

SCRIPT = Path(__file__).parents[2] / "streamlit_app.py"
PATIENCE_S = 20.0
SECRETS = """
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"

[formcheck]
allowed = ["anna@clinic.example", "bert@clinic.example"]
"""


def test_one_persons_own_machine_asks_for_nothing() -> None:
    assert not access.shared()
    assert access.owner() == LOCAL_OWNER


def test_a_shared_page_without_a_sign_in_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SHARED, "1")
    page = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert not page.exception
    assert [error.value for error in page.error] == [say("access.not_configured")]
    assert not page.button
    assert not page.get("file_uploader")
    for asks in (people.records, access.owner, settings.load_settings):
        with pytest.raises(RecordsError, match="Sign in"):
            asks()


@pytest.mark.parametrize(
    ("user", "allowed", "inside"),
    [
        ({}, [], True),
        ({"email": "anna@clinic.example", "email_verified": True}, ["Anna@Clinic.example"], True),
        ({"email": "anna@clinic.example", "email_verified": True}, ["@clinic.example"], True),
        ({"email": "anna@clinic.example", "email_verified": False}, ["@clinic.example"], False),
        ({"email": "anna@clinic.example"}, ["@clinic.example"], False),
        ({"email": "anna@other.example", "email_verified": True}, ["@clinic.example"], False),
        ({"email": "eve@evil-clinic.example", "email_verified": True}, ["@clinic.example"], False),
        ({"email": "eve@evil.example", "email_verified": True}, ["anna@clinic.example"], False),
        ({}, ["@clinic.example"], False),
    ],
)
def test_only_verified_addresses_of_the_list_get_in(
    user: dict[str, object], allowed: list[str], inside: bool
) -> None:
    assert is_allowed(user, allowed) is inside


def test_an_identity_is_one_owner_and_another_provider_makes_another() -> None:
    owners = {owner_of(issuer, subject) for issuer in ("https://a", "https://b") for subject in "12"}
    assert len(owners) == 4
    assert owner_of("https://a", "1") in owners
    assert LOCAL_OWNER not in owners


def test_a_token_of_somebody_else_finds_nothing() -> None:
    shelf: Shelf[str] = Shelf()
    token = shelf.put("hers", "anna")
    assert shelf.find(token, "bert") is None
    assert shelf.find(token, "anna") == "hers"


def test_so_many_run_at_once_and_who_waits_can_stop() -> None:
    turns, go_on = Turns(2), threading.Event()
    begun: list[int] = []

    def working(number: int) -> Job[None]:
        def work(report: Report) -> None:
            with turns.turn(report):
                begun.append(number)
                assert go_on.wait(PATIENCE_S)

        return Job(work)

    jobs = [working(number) for number in range(2)]
    while len(begun) < 2:
        go_on.wait(0.001)
    waiting = [working(number) for number in (2, 3)]
    until(lambda: all(job.waiting for job in waiting))
    assert not any(job.waiting for job in jobs)
    waiting[0].cancel()
    assert waiting[0].wait(PATIENCE_S)
    assert not waiting[0].waiting
    assert sorted(begun) == [0, 1]
    go_on.set()
    assert all(job.wait(PATIENCE_S) for job in [*jobs, *waiting])
    assert sorted(begun) == [0, 1, 3]


def test_who_waits_longest_goes_first() -> None:
    turns, order = Turns(1), []

    def working(number: int, waits: threading.Event) -> Job[None]:
        def work(report: Report) -> None:
            def waiting(share: float) -> None:
                waits.set()
                report(share)

            with turns.turn(waiting):
                order.append(number)

        return Job(work)

    with turns.turn(lambda _: None):
        jobs = []
        for number in range(4):
            waits = threading.Event()
            jobs.append(working(number, waits))
            assert waits.wait(PATIENCE_S)
    assert all(job.wait(PATIENCE_S) for job in jobs)
    assert order == [0, 1, 2, 3]


def test_an_allowance_lasts_an_hour_and_holds_for_each_owner() -> None:
    now = [0.0]
    allowance = Allowance(2, lambda: now[0])
    for _ in range(2):
        allowance.spend("anna")
    with pytest.raises(UsageError, match="60 minutes"):
        allowance.spend("anna")
    allowance.spend("bert")
    for _ in range(9):
        allowance.spend(LOCAL_OWNER)
    now[0] += 3600.0
    allowance.spend("anna")


def test_each_who_signs_in_sees_only_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    (tmp_path / ".streamlit").mkdir()
    with providing() as provider, sync_playwright() as playwright, open_browser(playwright) as browser:
        secrets = SECRETS.format(
            address=f"http://localhost:{port}", client=CLIENT, secret=SECRET, provider=provider.address
        )
        (tmp_path / ".streamlit" / "secrets.toml").write_text(secrets, encoding="utf-8")
        with serving(tmp_path / "server.log", port, tmp_path) as address:
            stranger, _ = new_page(browser, address)
            for place in PLACES:
                stranger.goto(f"{address}/{place.path}")
                expect(stranger.get_by_role("button", name=say("access.sign_in"))).to_be_visible()
                expect(stranger.get_by_role("link", name=PEOPLE.title)).to_have_count(0)
            anna = signed_in(browser, address, provider, "anna")
            add_person(anna, address, "patient.of.anna")
            bert = signed_in(browser, address, provider, "bert")
            bert.goto(f"{address}/{PEOPLE.path}")
            expect(bert.get_by_text(say("people.nobody"))).to_be_visible()
            add_person(bert, address, "patient.of.bert")
            anna.goto(f"{address}/{PEOPLE.path}")
            expect(anna.get_by_role("button", name="patient.of.anna")).to_be_visible()
            expect(anna.get_by_text("patient.of.bert")).to_have_count(0)
            eve = signed_in(browser, address, provider, "eve")
            expect(eve.get_by_text(say("access.not_allowed"))).to_be_visible()
            expect(eve.get_by_role("link", name=PEOPLE.title)).to_have_count(0)


def signed_in(browser: Browser, address: str, provider: Provider, person: str) -> Page:
    page, _ = new_page(browser, address)
    provider.person = person
    page.goto(address)
    page.get_by_role("button", name=say("access.sign_in")).click()
    expect(page.get_by_role("button", name=say("access.sign_out"))).to_be_visible()
    return page


def add_person(page: Page, address: str, code: str) -> None:
    page.goto(f"{address}/{PEOPLE.path}")
    page.get_by_label(say("people.code"), exact=True).fill(code)
    page.get_by_role("button", name=say("people.add_button"), exact=True).click()
    expect(page.get_by_role("heading", name=code)).to_be_visible()
