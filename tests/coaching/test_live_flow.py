"""A live set gets ready, counts down, goes on and ends, each for a reason that one can name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formcheck.coaching.live_flow import Facts, SetFlow
from formcheck.coaching.live_rules import live_rules

RULES = live_rules().flow
STEP_S = 0.1


class Run:
    """Feeds a flow with facts, one step after the other."""

    def __init__(self, target: int | None = None) -> None:
        self.flow = SetFlow(RULES, target)
        self.now_s = 0.0
        self.phases = ["setup"]

    def go(self, seconds: float, *, ready: bool = True, present: bool = True, reps: int = 0) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            phase = self.flow.update(Facts(self.now_s, ready, present, reps))
            if phase != self.phases[-1]:
                self.phases.append(phase)

    def to_moving(self) -> None:
        self.go(RULES.steady_s + RULES.countdown_s + 1.0)
        assert self.flow.phase == "moving"


def test_a_set_begins_by_itself_once_everything_has_been_right_for_a_while() -> None:
    run = Run()
    run.go(10.0, ready=False)
    assert run.flow.phase == "setup"
    run.to_moving()
    assert run.phases == ["setup", "countdown", "moving"]
    assert run.flow.counting_s is not None
    assert run.flow.began_s is not None
    assert abs(run.flow.began_s - run.flow.counting_s - RULES.countdown_s) <= STEP_S


def test_the_countdown_says_every_number_once_and_ends_with_one() -> None:
    run = Run()
    numbers = []
    while run.flow.phase != "moving":
        run.go(STEP_S)
        left = run.flow.seconds_left
        if left is not None and left not in numbers:
            numbers.append(left)
    assert numbers == [5, 4, 3, 2, 1]
    assert run.flow.seconds_left is None


def test_a_moment_of_wrong_does_not_stop_the_countdown_and_more_does() -> None:
    run = Run()
    run.go(RULES.steady_s + 0.5)
    run.go(RULES.wobble_s / 2, ready=False)
    assert run.flow.phase == "countdown"
    run.go(0.2)
    run.go(RULES.wobble_s + 0.2, ready=False)
    assert run.flow.phase == "setup"
    assert run.flow.counting_s is None


def test_who_does_not_want_to_wait_gets_the_countdown_at_once() -> None:
    run = Run()
    run.go(1.0, ready=False)
    run.flow.start_now()
    run.go(RULES.countdown_s + 0.2, ready=False)
    assert run.flow.phase == "moving"


def test_each_reason_ends_a_set() -> None:
    run = Run(target=5)
    run.to_moving()
    run.go(1.0, reps=4)
    assert run.flow.phase == "moving"
    run.go(0.2, reps=5)
    assert run.flow.end == "target"

    run = Run()
    run.to_moving()
    run.go(RULES.away_s / 2, present=False)
    run.go(0.2)
    run.go(RULES.away_s / 2, present=False)
    assert run.flow.phase == "moving", "coming back counts"
    run.go(RULES.away_s, present=False)
    assert run.flow.end == "away"

    run = Run()
    run.to_moving()
    run.flow.update(Facts(run.now_s + STEP_S, True, True, 3, form_broke=True))
    assert run.flow.end == "form_break"

    run = Run()
    run.to_moving()
    run.flow.finish()
    assert run.flow.end == "asked"

    run = Run()
    run.to_moving()
    run.go(RULES.longest_set_s + 1.0)
    assert run.flow.end == "too_long"


def test_a_few_pictures_without_the_person_are_no_leaving_however_slow_the_computer() -> None:
    run = Run()
    run.to_moving()
    for look in range(RULES.away_looks):
        assert run.flow.phase == "moving"
        run.flow.update(Facts(run.now_s + 2.0 * (look + 1), True, False))
    assert run.flow.end == "away"


def test_before_it_has_begun_there_is_nothing_to_end() -> None:
    run = Run()
    run.go(0.5)
    run.flow.finish()
    assert (run.flow.phase, run.flow.end) == ("setup", None)


@given(
    facts=st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 9), st.booleans()), max_size=300)
)
def test_phases_only_follow_each_other_in_order(facts: list[tuple[bool, bool, int, bool]]) -> None:
    flow = SetFlow(RULES, target=8)
    follows = {
        "setup": {"setup", "countdown"},
        "countdown": {"setup", "countdown", "moving"},
        "moving": {"moving", "over"},
        "over": {"over"},
    }
    for number, (ready, present, reps, broke) in enumerate(facts):
        before = flow.phase
        after = flow.update(Facts(number * 0.3, ready, present, reps, broke))
        assert after in follows[before]
        assert (flow.end is not None) == (after == "over")
        assert (flow.counting_s is None) == (after == "setup")
