"""What must come out for a runner with a weak left hip, by evidence C–E and by their true angles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.coaching.runner_story import FILMED_AGAIN, Document, Story, of_session
from formcheck.names import SIDES

WEAK: Final = "left"
CUES: Final = (
    "Zip stays over the standing foot", "Point the knee at the second toe", "Shoulders level on a shelf",
)  # fmt: skip
"""For hip drop with the trunk over the standing leg, a knee that falls in, and the leaning trunk alone
(evidence D.3): which of them depends on what the film tells for sure."""
DRILLS: Final = ("Side-lying leg raise", "Sideways band walk")
"""What goes with them in the warm-up."""


@dataclass(frozen=True)
class Check:
    """One thing that must come out: what was wanted, what came, and whether that is it."""

    what: str
    wanted: str
    came: str
    holds: bool


def checks(story: Story, true_first: Document, true_week: Document) -> Iterator[Check]:
    """Yield everything that must hold of the story, beside what the true angles give."""
    yield from at_first(story.first, story.plans[0])
    yield from beside_truth(story.first, true_first)
    wanted = [check for check in at_first(true_first, true_week) if not check.holds]
    said = "; ".join(f"{check.what}: {check.came}" for check in wanted) or "the same"
    yield Check("the true angles ask for", "the same", said, not wanted)
    yield from after_training(story.plans)
    yield from at_last(story.first, story.last)


def at_first(found: Mapping[str, Any], week: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what must hold of the first baseline and its plan."""
    for test in ("T1", "T4"):
        weak, strong = (side_of(found, test, side).get("score") for side in SIDES)
        holds = weak is not None and weak < 50 and strong is not None and strong >= 85
        yield Check(
            f"{test}: the left side is weak, the right one good", "<50, ≥85", f"{weak}, {strong}", holds
        )
    praised = [
        test for test in ("T1", "T3", "T4", "T5") if (side_of(found, test, WEAK).get("level") or 0) > 1
    ]
    yield Check("no test calls the weak side good", "none", ", ".join(praised) or "none", not praised)
    yield Check("tier", "foundation", str(found["tier"]), found["tier"] == "foundation")
    starts = {start["ladder"]: start["rung"] for start in found["start_rungs"]}
    for ladder, rung in (("step_down", 0), ("step_up", 1), ("lunge", 0), ("hinge", 1)):
        yield Check(f"first rung, {ladder}", str(rung), str(starts[ladder]), starts[ladder] == rung)
    weaker = sorted({str(each["weaker"]) for each in found["asymmetries"] if each["weaker"]})
    yield Check("weaker side where the sides differ", WEAK, ", ".join(weaker) or "none", weaker == [WEAK])
    planned = exercises(week)
    for ladder in ("step_down", "lunge"):
        cue = planned[ladder]["cue"] if ladder in planned else "not planned"
        yield Check(f"cue, {ladder}", " or ".join(CUES), cue, cue in CUES)
    came = drills(week)
    holds = any(drill.startswith(DRILLS) for drill in came)
    yield Check("corrective in the warm-up", " or ".join(DRILLS), "; ".join(came), holds)


def beside_truth(found: Mapping[str, Any], true: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what must hold of the first baseline beside what the true angles give."""
    yield Check(
        "tier by the true angles", str(true["tier"]), str(found["tier"]), found["tier"] == true["tier"]
    )
    really = {start["ladder"]: start["rung"] for start in true["start_rungs"]}
    bold = [s["ladder"] for s in found["start_rungs"] if s["rung"] > really[s["ladder"]]]
    yield Check("ladders that begin above their true rung", "none", ", ".join(bold) or "none", not bold)
    off = [
        f"{test['test']} {side['side']}: {side['score']}, true {score}"
        for test in found["tests"]
        for side in test["sides"]
        if side["score"] is not None
        and (score := side_of(true, test["test"], side["side"]).get("score")) is not None
        and abs(side["score"] - score) >= 10
    ]
    yield Check("scores that are 10 points or more off", "none", "; ".join(off) or "none", not off)


def after_training(plans: Sequence[Mapping[str, Any]]) -> Iterator[Check]:
    """Yield what must hold after four weeks with better form: everything gets harder.

    What the films cannot tell for sure is decided by effort, repetitions and how it felt, and says so. Of a
    session at most two ladders go up, so of those without films one may have to wait.
    """
    before: dict[str, Document] = {}
    after: dict[str, Document] = {}
    for plan in plans:
        before = exercises(plan) | before
        after = after | exercises(plan)
    for ladder in FILMED_AGAIN:
        first, now = step_of(before[ladder]), step_of(after[ladder])
        what = f"rung, kg and repetitions after four weeks, {ladder}"
        yield Check(what, f"more than {first}", str(now), now > first)
    for ladder in ("step_down", "lunge"):
        said = [
            f"{plan['week_start']}: {each['decision']}"
            for plan in plans
            if (each := exercises(plan).get(ladder)) and "The film could not tell" in each["reasons"][0]
        ]
        yield Check(f"{ladder}: says what the film cannot tell", "yes", "; ".join(said), bool(said))
    unfilmed = [ladder for ladder in ("anti_rotation", "hip_rotators", "calf") if ladder in after]
    up = [ladder for ladder in unfilmed if step_of(after[ladder]) > step_of(before[ladder])]
    down = [ladder for ladder in unfilmed if step_of(after[ladder]) < step_of(before[ladder])]
    holds = len(up) >= len(unfilmed) - 1 and not down
    yield Check("ladders without films that got harder", ", ".join(unfilmed), ", ".join(up), holds)


def step_of(exercise: Mapping[str, Any]) -> tuple[int, float, int]:
    """Return the rung, the load and the amount of an exercise."""
    return exercise["rung"], exercise["load_kg"] or 0.0, exercise["amount"]


def at_last(first: Mapping[str, Any], last: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what must hold of the tests after four weeks."""
    better = [c for c in last["changes"] if c["side"] == WEAK and c["verdict"] == "improved"]
    worse = [c for c in last["changes"] if c["verdict"] == "worse"]
    said = ", ".join(f"{c['test']} {c['measure']}" for c in better) or "none"
    yield Check("measures of the left side that improved", "some", said, bool(better))
    said = ", ".join(f"{c['test']} {c['measure']} ({c['side']})" for c in worse) or "none"
    yield Check("measures that got worse", "none", said, not worse)
    levels = [side_of(each, "T1", WEAK).get("level") for each in (first, last)]
    yield Check("T1: level of the left side", "0 → 3", f"{levels[0]} → {levels[1]}", levels == [0, 3])
    for test in ("T4", "T5"):
        sides = [side_of(each, test, WEAK) for each in (first, last)]
        scores = [side.get("score") for side in sides]
        holds = scores[1] > (scores[0] or 0) if scores[1] is not None else sides[1].get("level") is None
        said = f"{scores[0]} → {scores[1]}"
        yield Check(f"{test}: score of the left side", "higher, or not judged", said, holds)


def exercises(plan: Mapping[str, Any]) -> dict[str, Document]:
    """Return the exercises of a plan by ladder, the hardest version of each."""
    found: dict[str, Document] = {}
    for session in plan["sessions"]:
        for each in of_session(session):
            if each["ladder"] not in found or not each["easy"]:
                found[each["ladder"]] = each
    return found


def drills(plan: Mapping[str, Any]) -> list[str]:
    """Return the drills that a plan has for a reason."""
    found = (d for s in plan["sessions"] for b in s["blocks"] for d in b["drills"])
    return sorted({d["name"] for d in found if d["reason"]})


def side_of(assessment: Mapping[str, Any], test: str, side: str | None) -> Document:
    """Return the result of one test on one side; empty if there is none."""
    sides = next(each for each in assessment["tests"] if each["test"] == test)["sides"]
    return next((each for each in sides if each["side"] in (side, None)), {})
