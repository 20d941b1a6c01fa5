"""Decides whether calls that overlap in time can be put into one order that a sequential model explains.

The search of Wing and Gong with the memory of Lowe: from each configuration (which steps are done, the model's state) it takes a
step that no undone step must precede. A step whose outcome is unknown may be taken at any later moment or never.
"""

from dataclasses import dataclass, field

from checker.records import INFINITY

MOST_CONFIGURATIONS = 400_000


@dataclass(slots=True)
class Step:
    """One effect or one observation of a call."""

    call: object
    invoke: int
    ret: float  # INFINITY: it need not happen
    apply: object  # state -> the state after it, or None if the model does not allow it here
    reads: bool = False  # it never changes the state, wherever it is taken
    after: "Step | None" = None  # another step of the same call that comes first
    place: int = -1

    @property
    def required(self):
        return self.ret != INFINITY


@dataclass
class Outcome:
    linearizable: bool
    decided: bool = True  # False: the search was given up
    order: list = field(default_factory=list)  # the longest explained order
    state: object = None  # the state after it
    stuck: list = field(default_factory=list)  # the steps that could come next and contradict it


@dataclass(slots=True)
class Node:
    """One configuration on the way, linked to the one before."""

    done: int
    state: object
    step: Step | None = None
    before: "Node | None" = None
    length: int = 0

    def order(self):
        steps = []
        node = self
        while node.step is not None:
            steps.append(node.step)
            node = node.before
        return steps[::-1]


def candidates(steps, done):
    """Undone steps that no undone step must precede, those that must happen first."""
    undone = [s for s in steps if not done >> s.place & 1]
    horizon = min((s.ret for s in undone), default=INFINITY)
    ready = [s for s in undone if s.invoke <= horizon and (s.after is None or done >> s.after.place & 1)]
    return sorted(ready, key=lambda s: s.ret)


def linearize(steps, initial):
    steps = sorted(steps, key=lambda s: s.invoke)
    for place, step in enumerate(steps):
        step.place = place
    needed = sum(1 << s.place for s in steps if s.required)
    best = root = Node(0, initial)
    stack = [root]
    seen = set()
    while stack:
        node = stack.pop()
        if node.done & needed == needed:
            return Outcome(True, order=node.order(), state=node.state)
        if (node.done, node.state) in seen:
            continue
        seen.add((node.done, node.state))
        if len(seen) > MOST_CONFIGURATIONS:
            return Outcome(True, decided=False)
        if node.length > best.length:
            best = node
        stack.extend(reversed(expand(steps, node)))
    ready = [s for s in candidates(steps, best.done) if s.required]
    return Outcome(False, order=best.order(), state=best.state, stuck=ready)


def expand(steps, node):
    """The configurations after one more step. A read that fits here may as well come first, alone."""
    following = []
    for step in candidates(steps, node.done):
        state = step.apply(node.state)
        if state is None:
            continue
        after = Node(node.done | 1 << step.place, state, step, node, node.length + 1)
        if step.reads and state == node.state:
            return [after]
        if state != node.state or step.required:
            following.append(after)
    return following
