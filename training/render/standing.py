"""Single-leg stance, single-leg RDL, step-down, hip hinge: the working foot never leaves its place."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.render.actor import Actor, Leg, Performance, Plan, assemble, chest_lean, trunk_rotation
from training.render.body import Body
from training.render.rotations import Array, apply
from training.render.timing import Rep, phase, plan_reps, ramp


def timeline(plan: Plan, rng: Generator, fps: float, shift_s: float = 1.0) -> tuple[Array, list[Rep]]:
    """Return frame times and repetitions: quiet lead, ``shift_s`` to get ready, reps, back, quiet end."""
    if plan.exercise == "single_leg_stance":
        start = plan.lead_s
        hold = Rep(start, start + plan.hold_s / 2, start + plan.hold_s / 2, start + plan.hold_s, 1.0, 1.0)
        reps = [hold]
        end = hold.end_s + 0.4
    else:
        tempo = plan.tempo
        if "fast" in plan.faults:
            tempo = (0.7, 0.05, 0.55, 0.3)
        reps = plan_reps(rng, plan.lead_s + shift_s, plan.reps, tempo, plan.spread)
        end = reps[-1].end_s + shift_s + 0.2
    frames = int(np.ceil((end + 1.1) * fps))
    return np.arange(frames) / fps, reps


class _Upright:
    """The parts common to exercises on one foot: weight shift, pelvis, trunk, free leg."""

    def __init__(self, body: Body, plan: Plan, rng: Generator, fps: float, ground: float = 0.0) -> None:
        self.plan = plan
        self.times, self.reps = timeline(plan, rng, fps)
        self.a = Actor(body, self.times, rng, plan.stance)
        self.deep = phase(self.times, self.reps, scaled="depth")
        self.wrong = phase(self.times, self.reps, scaled="fault")
        first, last = self.reps[0].start_s, self.reps[-1].end_s
        early = 0.35 if plan.exercise == "single_leg_stance" else 0.0
        t = self.times
        self.weight = ramp(t, first - 0.95 + early, first - 0.3 + early) - ramp(
            t, last + 0.3 - early, last + 0.95
        )
        lift = 0.0 if plan.exercise == "single_leg_stance" else 0.6
        self.free = ramp(t, first - lift, first - lift + 0.6) - ramp(t, last + lift - 0.6, last + lift)
        self.ground = ground
        self.stance = self.a.flat("left", self.a.stance_x, 0.0, ground)
        self.parked = self.a.flat("right", -self.a.stance_x, 0.0, ground)

    def pelvis_at(self, pelvis: Array, thorax: Array, knee: Array, back: Array, lateral: Array) -> Array:
        a = self.a
        quiet = a.still([0.0, 0.0, 0.0])
        leg = a.reach(self.plan.quiet_knee_deg)
        quiet[:, 2] = self.ground + a.ankle_z + np.sqrt(leg**2 - (a.stance_x - a.half_hip) ** 2)
        quiet[:, 1] = 0.02
        over = (
            a.hip_over(self.stance.ankle, knee, back, lateral)
            - a.body.trunk((pelvis, thorax, thorax))["left_hip"]
        )
        w = self.weight[:, None]
        at: Array = quiet * (1 - w) + over * w
        at[:, 0] += a.sway(0.004)
        at[:, 1] += a.sway(0.004)
        return at


def _lateral(a: Actor) -> float:
    """Lean of the working leg that puts the pelvis over the foot, degrees."""
    return float(np.degrees(np.arcsin((a.half_hip * a.rng.uniform(0.6, 0.75)) / a.leg)))


def single_leg_stance(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Stand on the left leg; the right thigh is lifted."""
    u = _Upright(body, plan, rng, fps)
    a, n, held = u.a, len(u.times), u.weight
    drop = plan.fault("drop", rng.uniform(-1, 1)) * u.free + a.sway(0.6)
    pelvis = trunk_rotation(-drop, 3.0, a.sway(0.8), n)
    thorax = trunk_rotation(
        chest_lean(plan.fault("lean", 2.0) * held, drop) + a.sway(0.8),
        1.5,
        plan.fault("rotation") * u.free + a.sway(1.0),
        n,
    )
    knee = plan.quiet_knee_deg - 1.0 + a.sway(1.0)
    at = u.pelvis_at(pelvis, thorax, knee, a.still(1.0), a.still(_lateral(a)))
    hip = at + a.body.trunk((pelvis, thorax, thorax))["right_hip"]
    flying = a.flying("right", hip, rng.uniform(25, 55) + a.sway(1.5), rng.uniform(70, 90) + a.sway(2))
    legs = {
        "left": a.turn_knee_in(u.stance, "left", plan.fault("valgus", 2.0) * u.free),
        "right": u.parked.towards(flying, u.free),
    }
    return Performance(assemble(pelvis, thorax, thorax, at, legs, a.arms(plan.arms, thorax)), u.times, u.reps)


def single_leg_rdl(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Hinge on the left leg; the right leg goes back in line with the trunk."""
    u = _Upright(body, plan, rng, fps)
    a, n, d, wrong = u.a, len(u.times), u.deep, u.wrong
    d = d * (1 - plan.fault("shallow"))
    lean = 4 * u.weight + rng.uniform(66, 80) * d
    drop = plan.fault("drop", 1.5) * np.sin(np.pi * np.clip(wrong * 0.75, 0, 1)) + a.sway(0.5)
    opening = -plan.fault("opening", 2.5) * wrong + a.sway(0.7)
    pelvis = trunk_rotation(-drop, lean * 0.97 + 2, opening, n)
    thorax = trunk_rotation(
        chest_lean(plan.fault("lean", 1.0) * wrong, drop) * (1 - 0.5 * d) + a.sway(0.6),
        lean,
        opening * 0.6 + plan.fault("rotation") * wrong + a.sway(0.8),
        n,
    )
    head = trunk_rotation(0.0, lean * 0.75, 0.0, n)
    at = u.pelvis_at(pelvis, thorax, 7 + rng.uniform(9, 16) * d, 1 + 8.5 * d, a.still(_lateral(a)))
    hip = at + a.body.trunk((pelvis, thorax, thorax))["right_hip"]
    back = lean * rng.uniform(0.88, 1.0)
    flying = a.flying("right", hip, 12 * (1 - d) - back + 4, 28 * (1 - d) + 9, 2.0, 10.0)
    if plan.variant == "kickstand":  # the toes of the free foot stay on the floor behind
        ball = a.still([-a.stance_x, a.leg * rng.uniform(0.18, 0.32), 0.0])
        flying = a.planted("right", ball, rng.uniform(25.0, 45.0))
    legs = {
        "left": a.turn_knee_in(u.stance, "left", plan.fault("valgus", 2.0) * wrong),
        "right": u.parked.towards(flying, u.free),
    }
    arms = a.arms(plan.arms, thorax)
    return Performance(assemble(pelvis, thorax, head, at, legs, arms), u.times, u.reps)


def single_leg_squat(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Squat on the left leg, the right foot in front or behind: none of the exercises."""
    u = _Upright(body, plan, rng, fps)
    a, n, d, wrong = u.a, len(u.times), u.deep, u.wrong
    lean = 3 * u.weight + rng.uniform(15, 40) * d
    drop = plan.fault("drop", 2.0) * wrong + a.sway(0.5)
    pelvis = trunk_rotation(-drop, 3 + lean * 0.8, a.sway(0.8), n)
    thorax = trunk_rotation(chest_lean(plan.fault("lean", 2.0) * wrong, drop), lean, a.sway(1.0), n)
    at = u.pelvis_at(pelvis, thorax, 8 + rng.uniform(45, 85) * d, 1 + 14 * d, a.still(_lateral(a)))
    hip = at + a.body.trunk((pelvis, thorax, thorax))["right_hip"]
    if rng.random() < 0.5:
        flying = a.flying("right", hip, 20 + 35 * d, 20 + 15 * d)
    else:
        flying = a.flying("right", hip, 5 + 10 * d, 60 + 40 * d)
    flying.ankle[:, 2] = np.maximum(flying.ankle[:, 2], a.ankle_z + 0.03 + 0.05 * (1 - d))
    legs = {
        "left": a.turn_knee_in(u.stance, "left", plan.fault("valgus", 3.0 + plan.knee_in) * wrong),
        "right": u.parked.towards(flying, u.free),
    }
    head = trunk_rotation(0.0, 0.5 * lean, 0.0, n)
    return Performance(assemble(pelvis, thorax, head, at, legs, a.arms(plan.arms, thorax)), u.times, u.reps)


def step_down(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Stand on a box on the left leg; the right heel taps the floor in front."""
    u = _Upright(body, plan, rng, fps, ground=plan.box_m)
    a, n, wrong = u.a, len(u.times), u.wrong
    d = u.deep * (1 - plan.fault("shallow"))
    lean = 3 * u.weight + rng.uniform(10, 18) * d
    drop = plan.fault("drop", 2.0) * wrong + a.sway(0.5)
    pelvis = trunk_rotation(-drop, 3 + lean * 0.8, a.sway(0.8), n)
    side = chest_lean(plan.fault("lean", 2.0) * wrong + 1.0 * u.weight, drop)
    thorax = trunk_rotation(side + a.sway(0.6), lean, plan.fault("rotation", 1.0) * wrong + a.sway(0.8), n)
    back_deg, top = 8.0, 9.0
    lowest = (a.reach(top)[0] - plan.box_m * rng.uniform(0.95, 1.05)) / np.cos(np.radians(back_deg))
    bend = np.degrees(np.arccos((lowest**2 - a.thigh**2 - a.shank**2) / (2 * a.thigh * a.shank)))
    height = a.reach(top) * (1 - d) + a.reach(bend) * np.cos(np.radians(back_deg)) * d
    back = 1 + (back_deg - 1) * d
    reach = height / np.cos(np.radians(back))
    knee = np.degrees(
        np.arccos(np.clip((reach**2 - a.thigh**2 - a.shank**2) / (2 * a.thigh * a.shank), -1, 1))
    )
    at = u.pelvis_at(pelvis, thorax, knee, back, a.still(_lateral(a)))
    legs = {
        "left": a.turn_knee_in(
            u.stance, "left", plan.fault("valgus", 3.0 + plan.knee_in) * np.minimum(wrong, 1.3)
        ),
        "right": u.parked.towards(_tapping(u, pelvis, thorax, at, d), u.free, arc_m=0.04),
    }
    front = float(-a.ball_from_ankle[1]) + 0.09
    box = np.array([0.0, 0.17 - front, plan.box_m / 2]), np.array([0.5, 0.34, plan.box_m])
    posture = assemble(
        pelvis, thorax, trunk_rotation(0.0, lean + 8 * u.weight, 0.0, n), at, legs, a.arms(plan.arms, thorax)
    )
    return Performance(posture, u.times, u.reps, [box])


def _tapping(u: _Upright, pelvis: Array, thorax: Array, at: Array, d: Array) -> Leg:
    """Return the free leg held in front of the box, its heel on the floor where ``d`` is 1."""
    a = u.a
    hip = at + a.body.trunk((pelvis, thorax, thorax))["right_hip"]
    deepest = int(np.argmax(d))
    toes_up = 12.0
    heel = np.array([0.0, 0.035, -a.ankle_z])  # from the ankle to the heel's edge on the floor
    ankle_low = -apply(np.array([_tilt(-toes_up)]), heel)[0][2]
    fall = hip[deepest, 2] - ankle_low
    forward = np.sqrt(max((0.97 * a.leg) ** 2 - fall**2, 0.02)) if d[deepest] > 0.9 else 0.3 * a.leg
    forward -= hip[deepest, 1]
    low = np.array([-a.half_hip * 0.9 + at[deepest, 0], -min(max(forward, 0.27), 0.42), ankle_low])
    high = low * np.array([1.0, 0.85, 0.0]) + np.array([0.0, 0.0, u.ground + 0.08])
    share = (d / max(d.max(), 1e-6))[:, None]
    target = low + (u.ground * (1 - d.max()) if d.max() < 0.9 else 0.0) * np.array([0.0, 0.0, 1.0])
    ankle = high * (1 - share) + target * share
    base = a.flat("right", 0.0, 0.0)
    foot = base.foot @ _tilt(-toes_up)
    return Leg(ankle, foot, foot, base.knee_towards)


def _tilt(degrees: float) -> Array:
    matrix: Array = trunk_rotation(0.0, degrees, 0.0, 1)[0]
    return matrix


def hip_hinge(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Hinge on both legs: the hips go back, the trunk goes forwards."""
    u = _Upright(body, plan, rng, fps)
    a, n = u.a, len(u.times)
    d = u.deep * (1 - plan.fault("shallow"))
    squat = plan.fault("knees", rng.uniform(14, 22))
    lean = 2 + rng.uniform(58, 74) * (0.6 if "knees" in plan.faults else 1.0) * d
    pelvis = trunk_rotation(
        a.sway(0.5), lean * 0.97 + 2, plan.fault("rotation") * 0.3 * u.wrong + a.sway(0.5), n
    )
    thorax = trunk_rotation(a.sway(0.5), lean, plan.fault("rotation") * u.wrong + a.sway(0.6), n)
    knee, back = plan.quiet_knee_deg + squat * d, 1 + (9.0 + 0.12 * squat) * d
    slope = np.stack([np.zeros(n), np.tan(np.radians(back)), np.ones(n)], -1)
    middle = (u.stance.ankle + u.parked.ankle) / 2
    at = middle + a.reach(knee)[:, None] * slope / np.linalg.norm(slope, axis=-1, keepdims=True)
    at[:, 0] += a.sway(0.003)
    legs = {"left": u.stance, "right": u.parked}
    head = trunk_rotation(0.0, lean * 0.8, 0.0, n)
    return Performance(assemble(pelvis, thorax, head, at, legs, a.arms(plan.arms, thorax)), u.times, u.reps)
