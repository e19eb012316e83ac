"""The operator's console of each service: what waits, what is dead and why, and what can be done about it.

It shows how messages fare and never whom they concern: no data of an event, no subject, and sensitive types by their
public name. It reads and writes this service's tables alone, so it works while the broker or another service is down.
"""

SEE, ACT = "console.see", "console.act"
RIGHTS: dict[str, set[str]] = {SEE: {"operator"}, ACT: {"operator"}}
