"""`docs/lifecycle.md`: diagrams and tables of the two lifecycles, drawn from the tables themselves.

`python -m data.domain.lifecycle_page` prints the page; a test holds the file against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from data.domain.guards import Guard
from data.domain.lifecycle import ASSISTS_FOLLOW, CASE_STEPS, ORDER_DONE, ORDER_OVER, ORDER_STEPS, Stay, Step
from data.domain.vocabulary import FINISHED_STATES, Action, CaseState, OrderState, Word

HEAD = """# The life of a case and of an order

Written by `python -m data.domain.lifecycle_page > docs/lifecycle.md` from the tables in `data/domain/lifecycle.py`; a test
fails when the two differ. Everything that is not in the tables is refused with the reason.

核实 `confirm` is looking into a report before filing it; 核查 `verify` is looking at the result after it was handled."""
CASE = """## Case 案卷

An arrow is an action that moves the case; what leaves it where it is stands only in the table below."""
STEPS = """Who may do what in which states. Where one action has several rows for a state, the first whose guards hold counts;
不变 keeps the state, 挂起前 is the state that the suspension interrupted."""
GUARDS = """What a guard answers where it does not hold; what it asks is in `data/domain/guards.py`."""
ORDER = """## Order 派遣单

A case has one main order for each dispatch, and any assisting ones. The case follows the main order."""
ASSISTING = """核查 waits until every assisting order is one of {done}.
What a step of the main order does to the assisting ones:"""
STAYS = {Stay.SAME: "不变", Stay.BEFORE: "挂起前"}
Edges = dict[tuple[str, str], list[str]]


def lifecycle_page() -> str:
    """Return the whole page as Markdown."""
    done = "、".join(state.label for state in OrderState if state in ORDER_DONE)
    blocks = (
        HEAD,
        CASE,
        _diagram(CaseState, _case_edges(), FINISHED_STATES),
        STEPS,
        _table(("动作", "从", "到", "角色", "守卫"), _case_rows()),
        GUARDS,
        _table(("守卫", "答复"), ((f"`{guard}`", guard.label) for guard in Guard)),
        ORDER,
        _diagram(OrderState, _order_edges(), ORDER_OVER),
        ASSISTING.format(done=done),
        _table(("主单", "协办单"), ((main.label, assist.label) for main, assist in ASSISTS_FOLLOW.items())),
    )
    return "\n\n".join(blocks) + "\n"


def _case_edges() -> Edges:
    edges: Edges = defaultdict(list)
    for step in CASE_STEPS:
        for to in _targets(step):
            _add(edges, step.state, to, step.action)
    return edges


def _targets(step: Step) -> Iterable[CaseState]:
    """Return where a step may move a case; a resumed one goes back to wherever it was suspended."""
    if isinstance(step.to, CaseState):
        return (step.to,)
    if step.to is Stay.SAME:
        return ()
    return dict.fromkeys(
        other.state for other in CASE_STEPS if other.action is Action.SUSPEND and other.state
    )


def _order_edges() -> Edges:
    edges: Edges = defaultdict(list)
    for (state, action), to in ORDER_STEPS.items():
        if state is not to:
            _add(edges, state, to, action)
    return edges


def _add(edges: Edges, state: Word | None, to: Word, action: Action) -> None:
    words = edges["[*]" if state is None else str(state), str(to)]
    if action.label not in words:
        words.append(action.label)


def _diagram(states: type[Word], edges: Edges, ends: Collection[Word]) -> str:
    lines = [
        "```mermaid",
        "stateDiagram-v2",
        *(f'    state "{state.label}" as {state}' for state in states),
        *(f"    {start} --> {to}: {'、'.join(words)}" for (start, to), words in edges.items()),
        *(f"    {state} --> [*]" for state in states if state in ends),
        "```",
    ]
    return "\n".join(lines)


def _case_rows() -> Iterator[tuple[str, ...]]:
    """Yield what differs in action, target, roles and guards, each with all its states."""
    roles: dict[tuple[CaseState | None, Action, str, tuple[Guard, ...]], list[str]] = defaultdict(list)
    for step in CASE_STEPS:
        to = step.to.label if isinstance(step.to, CaseState) else STAYS[step.to]
        roles[step.state, step.action, to, step.guards].append(step.role.label)
    states: dict[tuple[Action, str, str, tuple[Guard, ...]], list[str]] = defaultdict(list)
    for (state, action, to, guards), labels in roles.items():
        states[action, to, "、".join(labels), guards].append("（新）" if state is None else state.label)
    for (action, to, who, guards), where in states.items():
        yield (
            f"{action.label} `{action}`",
            "、".join(where),
            to,
            who,
            " ".join(f"`{guard}`" for guard in guards),
        )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines)


if __name__ == "__main__":
    print(lifecycle_page(), end="")
