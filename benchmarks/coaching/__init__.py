"""Made-up runners under the plan for sixteen weeks: does it keep its rules, and what would a coach say."""
