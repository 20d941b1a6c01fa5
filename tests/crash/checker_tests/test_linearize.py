import unittest

from checker.linearize import Step, linearize
from checker.records import INFINITY


def write(value, invoke, ret):
    return Step(f"write {value}", invoke, ret, lambda _: value)


def read(value, invoke, ret):
    return Step(f"read {value}", invoke, ret, lambda state: state if state == value else None, reads=True)


class Register(unittest.TestCase):
    """A register that begins with 0."""

    def ok(self, *steps):
        self.assertTrue(linearize(list(steps), 0).linearizable)

    def not_ok(self, *steps):
        outcome = linearize(list(steps), 0)
        self.assertFalse(outcome.linearizable)
        return outcome

    def test_one_after_another(self):
        self.ok(write(1, 0, 1), read(1, 2, 3), write(2, 4, 5), read(2, 6, 7))

    def test_a_stale_read(self):
        outcome = self.not_ok(write(1, 0, 1), read(0, 2, 3))
        self.assertEqual(outcome.state, 1)
        self.assertEqual([s.call for s in outcome.stuck], ["read 0"])

    def test_a_read_beside_a_write_sees_either(self):
        self.ok(write(1, 0, 10), read(0, 1, 2), read(1, 3, 4))
        self.not_ok(write(1, 0, 10), read(1, 1, 2), read(0, 3, 4))

    def test_writes_beside_each_other_go_either_way(self):
        self.ok(write(1, 0, 10), write(2, 0, 10), read(1, 11, 12))
        self.ok(write(1, 0, 10), write(2, 0, 10), read(2, 11, 12))

    def test_a_lost_write_may_happen_late_or_never(self):
        self.ok(write(1, 0, INFINITY), read(0, 100, 101))
        self.ok(write(1, 0, INFINITY), read(0, 100, 101), read(1, 102, 103))
        self.not_ok(write(1, 0, INFINITY), read(1, 100, 101), read(0, 102, 103))

    def test_a_write_that_changes_nothing_where_it_could_be_first(self):
        self.ok(write(0, 0, 10), write(1, 0, 10), read(0, 11, 12))

    def test_not_before_it_was_called(self):
        self.not_ok(read(1, 0, 1), write(1, 2, INFINITY))

    def test_a_second_step_after_its_first(self):
        first = write(1, 0, 10)
        second = Step("replay", 5, 10, lambda state: state if state == 1 else None, after=first)
        self.ok(first, second, write(2, 11, 12))
        early = write(1, 0, 10)
        self.not_ok(early, Step("replay", 0, 10, lambda state: state if state == 0 else None, after=early))

    def test_many_lost_writes_are_no_burden(self):
        lost = [write(100 + i, i, INFINITY) for i in range(12)]
        calls = [step for i in range(40) for step in (write(i, 100 + 4 * i, 101 + 4 * i), read(i, 102 + 4 * i, 103 + 4 * i))]
        self.ok(*lost, *calls)


if __name__ == "__main__":
    unittest.main()
