"""A door for many clips: every clip scored in a process of its own, on one machine or on a cluster.

`plan` says which clips, `run_batch` scores them, `store` keeps what is finished, `tables` and `page` sum up.
"""
