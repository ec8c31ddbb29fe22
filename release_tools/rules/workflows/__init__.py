"""GitHub workflows, judged without running them: which tag starts what, and what is not gated.

From below: ``nodes`` (a YAML document as rules see it), ``script`` (the commands of a ``run``),
``filters`` (GitHub's patterns), ``conditions`` (its expressions), ``triggers`` and ``workflow``
(a file as values), ``events`` (what is known when one happens), ``publishing`` and ``gates`` (what
a step does), ``scope`` and ``simulation`` (which steps an event reaches), ``pipeline`` (all of it
together), ``table`` (tags by workflows) and ``checks`` (one module for each kind of finding).
"""
