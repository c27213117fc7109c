"""The next step on one ladder: from a decision to the next rung, load and amount."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from formcheck.coaching.decide import decide
from formcheck.coaching.library import Ladder
from formcheck.coaching.log import LoggedSet, TrainingLog
from formcheck.coaching.plan_context import Circumstances, context_from_log, last_sets, over_target
from formcheck.coaching.plan_films import Sets, governing, repeated_fault
from formcheck.coaching.plan_loads import Loads
from formcheck.coaching.plan_reasons import fault_sentence, no_equipment
from formcheck.coaching.plan_rules import Dose, PlanRules, Progress
from formcheck.coaching.plan_standing import Standing, change_sentence, dose_of, easiest
from formcheck.coaching.types import Decision, Phase, StartRung
from formcheck.scoring.types import Estimate

FROZEN_PHASES: frozenset[Phase] = frozenset({"taper", "race_week", "post_race", "deload"})
"""Nothing gets harder in these."""


@dataclass(frozen=True)
class Step:
    """The next step on one ladder."""

    ladder: Ladder
    now: Circumstances
    rules: PlanRules
    equipment: frozenset[str]

    @property
    def _progress(self) -> Progress:
        return self.rules.progress

    @property
    def _loads(self) -> Loads:
        return Loads(self._progress, self.ladder.id, self.now.tier, self.now.body_mass_kg)

    def first(self, start: StartRung | None) -> Standing:
        """Return the standing before the first session, by the baseline."""
        rung = start.rung if start else 0
        reason = start.reason if start else "Nothing is known yet, so it begins with the easiest rung."
        return self._at(rung, reasons=(reason,))

    def after(self, sessions: Sequence[Sets], log: TrainingLog, gap: int) -> Standing:
        """Return the standing after the latest of ``sessions``."""
        context = context_from_log(self.ladder, log, self.now, self.rules)
        assert context is not None
        decision = decide(context, table=self.now.table)
        here = self._here(sessions, decision)
        if decision.code == "STOP_REFER":
            return replace(here, stopped=True)
        if decision.code == "STOP":
            return self._after_stop([s for s in log.sets if s.ladder == self.ladder.id], here)
        after = self._by_code(here, sessions)
        if decision.code == "MODIFY":
            # With pain the step is at least as easy as it would be without.
            calm = decide(replace(context, pain=0, pain24_up=0, rising=False), table=self.now.table)
            without = self._by_code(replace(here, decision=calm), sessions)
            after = easiest(after, replace(without, decision=decision, reasons=after.reasons))
        if gap >= self._progress.away_days:
            why = f"You were away for {gap} days, so it resumes a little easier."
            return easiest(self._easier(here, self._progress.away_load_pct, why), after)
        change = change_sentence(self.ladder.rungs[after.rung], here, after)
        return replace(after, reasons=(*([change] if change else []), *after.reasons))

    def with_pain_now(self, standing: Standing, pain: int) -> Standing:
        """Return the standing with the pain of today taken into account."""
        if standing.stopped:
            return standing
        decision = decide({"pain": pain, "score": 100}, table=self.now.table)
        if decision.code == "STOP":
            return replace(standing, stopped=True, decision=decision, reasons=decision.reasons)
        if decision.code == "MODIFY":
            calm = standing.before or standing
            return replace(
                self._easier(calm, self._progress.modify_load_pct, *decision.reasons), decision=decision
            )
        return standing

    def back_on_one_leg(self, standing: Standing, rested_days: int) -> Standing:
        """Return the standing lifted to the first one-legged rung after a rest on a two-legged one.

        A two-legged rung cannot fill the week's one-legged places, so the ladder would never be tried again.
        """
        rungs = self.ladder.rungs
        two_legged = self.ladder.region == "knee_dominant" and not rungs[standing.rung].per_side
        if standing.stopped or not two_legged or rested_days < self._progress.away_days:
            return standing
        first = next(number for number, rung in enumerate(rungs) if rung.per_side)
        why = f"It rested for {rested_days} days, so it is tried again on one leg."
        return self._at(first, reasons=(why,), decision=standing.decision)

    def _here(self, sessions: Sequence[Sets], decision: Decision) -> Standing:
        """Return the prescription of the latest session, unchanged."""
        latest = sessions[0]
        rung = self.ladder.rungs[latest[0].rung]
        low, high = dose_of(rung, self.now.tier, self.rules).amount
        # Halved repetitions of a taper are no new target.
        same = [sets[0].target for sets in sessions if sets[0].rung == latest[0].rung]
        amount = next((target for target in same if target >= low), low)
        load = max(each.load_kg for each in latest)
        reasons = (*self._fault_reason(sessions, decision), *decision.reasons)
        standing = Standing(self.ladder.id, latest[0].rung, min(amount, high), load, decision, reasons)
        return self._possible(standing)

    def _fault_reason(self, sessions: Sequence[Sets], decision: Decision) -> tuple[str, ...]:
        if decision.code not in ("REGRESS", "HOLD_CUE"):
            return ()
        twice = repeated_fault(sessions) if decision.code == "REGRESS" else None
        film = governing(sessions[0])
        if twice is not None and twice[0].form is not None:
            fault, value, side = twice[1], twice[0].form.values.get(twice[1]), twice[0].side
        elif film is not None and film[1].faults:
            fault, side = film[1].faults[0], film[0].side
            value = film[1].values.get(fault)
        else:
            return ()
        name = self.ladder.rungs[sessions[0][0].rung].name
        estimate = value or Estimate(float("nan"), 0.0)
        return (fault_sentence(fault, estimate, side, name, self.rules, twice=twice is not None),)

    def _after_stop(self, sets: Sequence[LoggedSet], here: Standing) -> Standing:
        """Return a rest after pain that stopped the exercise, and a rung easier when it is over."""
        stops = sorted({each.date for each in sets if self._stops(each)}, reverse=True)
        near = [day for day in stops if (stops[0] - day).days <= self._progress.stops_within_days]
        here = replace(here, refer=len(near) >= self._progress.stops_to_refer)
        days = (self.now.today - stops[0]).days
        if days < self._progress.stop_rest_days:
            return replace(here, stopped=True)
        why = f"Pain stopped it {days} days ago, so it resumes a rung easier."
        return self._easier(here, self._progress.modify_load_pct, why)

    def _by_code(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        progress = self._progress
        assert here.decision is not None
        steps: dict[str, Callable[[], Standing]] = {
            "MODIFY": lambda: self._easier(here, progress.modify_load_pct),
            "REGRESS": lambda: self._down(here),
            "HOLD_CUE": lambda: self._with_load(here, progress.cue_load_pct),
            "HOLD": lambda: self._hold(here, sessions),
            "HOLD_LOAD_DOWN": lambda: self._after_hard(here, sessions),
            "HOLD_BUILD": lambda: self._build(here, sessions),
            "PROGRESS_LOAD": lambda: self._up_load(here, sessions),
            "PROGRESS_RUNG": lambda: self._up_rung(here, sessions),
        }
        return steps.get(here.decision.code, lambda: here)()

    def _after_hard(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        lasts = last_sets(sessions[0])
        failed = any(each.good_done < each.target or (each.rpe or 0) >= 10 for each in lasts)
        progress = self._progress
        if here.load_kg:
            return self._with_load(here, progress.rpe_10_load_pct if failed else progress.rpe_9_load_pct)
        low = self._dose(here.rung).amount[0]
        return replace(here, amount=max(here.amount - self._one_more(here.rung), low))

    def _build(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        rung = self.ladder.rungs[here.rung]
        lasts = last_sets(sessions[0])
        efforts = [each.rpe for each in lasts if each.rpe is not None]
        if not self.ladder.filmed and here.load_kg and efforts and max(efforts) <= self._progress.easy_rpe:
            return self._up_load(here, sessions)
        if all(over_target(each, rung, self._progress) for each in lasts):
            return here
        return self._more(here, 1) if all(each.good_done >= each.target for each in lasts) else here

    def _hold(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        """Return one repetition more where there were some to spare on every side, else the same."""
        spare = all(each.good_done > each.target for each in last_sets(sessions[0]))
        return self._more(here, 1) if spare else here

    def _more(self, here: Standing, steps: int) -> Standing:
        """Return the standing with a few more repetitions, within the range of the rung."""
        if self.now.phase in FROZEN_PHASES:
            return here
        high = self._dose(here.rung).amount[1]
        return replace(here, amount=min(here.amount + steps * self._one_more(here.rung), high))

    def _up_load(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        """Return the standing with the next load, or more repetitions where there is none to add."""
        if self.now.phase in FROZEN_PHASES:
            return here
        efforts = [each.rpe for each in last_sets(sessions[0]) if each.rpe is not None]
        easy = bool(efforts) and max(efforts) <= self._progress.easy_rpe
        heavier = self._loads.heavier(self.ladder.rungs[here.rung], here.load_kg, easy=easy)
        if heavier is not None:
            return replace(here, load_kg=heavier, progressed=True, before=here)
        more = self._more(here, self._progress.over_target)
        if more.amount > here.amount:
            return replace(more, progressed=True, before=here)
        return replace(here, reasons=("There is nothing left to add on this rung.", *here.reasons))

    def _up_rung(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        """Return the next rung, where the rules let it be reached; else more load."""
        week_ago = self.now.today - timedelta(days=7)
        recent = [sets[0].rung for sets in sessions if sets[0].date > week_ago]
        upper = self._next_rung(here.rung)
        if upper is None or min(recent, default=here.rung) < here.rung:
            above = no_equipment(self.ladder, here.rung + 1, here.rung, self.equipment)
            told = replace(here, reasons=(*here.reasons, *([above] if above else [])))
            return self._up_load(told, sessions)
        code = f"{self.ladder.code}{upper}"
        why = f"{self.ladder.rungs[here.rung].name} is done: {code} is next."
        new = self._at(upper, reasons=(why, *here.reasons), decision=here.decision)
        return replace(new, progressed=True, new_rung=True, before=here)

    def _next_rung(self, rung: int) -> int | None:
        """Return the next rung up that the equipment and the tests allow; None if there is none.

        A rung without its equipment is passed over, on a filmed ladder only as far as its test has shown.
        """
        scores = self.now.scores or {}
        shown, _ = self.ladder.start_rung(scores, self.now.tier)
        for upper in range(rung + 1, len(self.ladder.rungs)):
            wanted = self.ladder.rungs[upper]
            if any(scores.get(test, 0) < score for test, score in wanted.entry_tests.items()):
                return None
            if wanted.possible_with(self.equipment):
                return upper if upper == rung + 1 or not self.ladder.filmed or upper <= shown else None
        return None

    def _down(self, here: Standing) -> Standing:
        """Return the rung below that is possible, without load; the easiest rung keeps its lowest amount."""
        lower = self._possible_below(here.rung - 1) if here.rung else 0
        return self._at(lower, reasons=here.reasons, decision=here.decision)

    def _easier(self, here: Standing, load_pct: float, *why: str) -> Standing:
        """Return less load, or the rung below where there is none to take off."""
        told = replace(here, reasons=(*why, *here.reasons))
        if not here.load_kg:
            return self._down(told)
        lighter = self._with_load(told, load_pct)
        first = self._loads.first(self.ladder.rungs[here.rung]) or 0.0
        # Far below what the rung begins with, the rung below is the better exercise.
        return self._down(told) if here.rung and (lighter.load_kg or 0.0) < first / 2 else lighter

    def _with_load(self, here: Standing, change_pct: float) -> Standing:
        if not here.load_kg:
            return here
        return replace(here, load_kg=self._loads.changed(here.load_kg, change_pct))

    def _at(
        self,
        rung: int,
        *,
        reasons: tuple[str, ...],
        decision: Decision | None = None,
    ) -> Standing:
        """Return the beginning of ``rung``: the lowest amount and the first load."""
        dose = self._dose(rung)
        load = self._loads.first(self.ladder.rungs[rung])
        return self._possible(Standing(self.ladder.id, rung, dose.amount[0], load, decision, reasons))

    def _possible(self, standing: Standing) -> Standing:
        """Return the standing, or the nearest rung below that the equipment allows."""
        rung = self.ladder.rungs[standing.rung]
        if rung.possible_with(self.equipment):
            return standing
        lower = self._possible_below(standing.rung - 1)
        reason = no_equipment(self.ladder, standing.rung, lower, self.equipment)
        return self._at(lower, reasons=(*standing.reasons, reason), decision=standing.decision)

    def _possible_below(self, rung: int) -> int:
        fitting = (r for r in range(rung, -1, -1) if self.ladder.rungs[r].possible_with(self.equipment))
        return next(fitting, 0)

    def _dose(self, rung: int) -> Dose:
        return dose_of(self.ladder.rungs[rung], self.now.tier, self.rules)

    def _one_more(self, rung: int) -> int:
        hold = self.ladder.rungs[rung].is_hold
        return self._progress.hold_step_s if hold else self._progress.rep_step

    def _stops(self, each: LoggedSet) -> bool:
        """Return whether the pain of a set stops the exercise."""
        felt = {"pain": each.pain, "sharp": each.sharp, "limp": each.limp}
        return decide(felt, table=self.now.table).code == "STOP"
