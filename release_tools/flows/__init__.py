"""One file per verb, or a folder where it takes several.

Each joins adapters, kinds, rules and values, and decides the order.
"""
