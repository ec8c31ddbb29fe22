"""What runs: one module for each target that a release is deployed to.

Each asks the target's own client program through the ``Runner`` it is handed, by argv, and
answers with small frozen values.  What cannot be told is ``reading.Unknown`` with the reason
(program missing, no connection, forbidden); ``reading.Absent`` needs proof: a list that was read
and does not hold it.
"""
