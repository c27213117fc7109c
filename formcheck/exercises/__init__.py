"""Stage 4, exercises: from motion to bouts of one exercise on one side, cut into repetitions."""

from formcheck.exercises.bouts import depth_signal, find_bouts
from formcheck.exercises.signals import leg_length_m
from formcheck.exercises.types import Bout, Repetition

__all__ = ["Bout", "Repetition", "depth_signal", "find_bouts", "leg_length_m"]
