"""A Spark that waits for itself is stopped; one that works, however slowly, is not."""

import threading

import pytest

from rarecare.caseload.spark_watch import Watch


class Jobs:
    """Answers what it is given, the last answer for ever; remembers being cancelled."""

    def __init__(self, *answers):
        self.cancelled, self.looked = threading.Event(), threading.Semaphore(0)
        self._answers = list(answers)

    def waiting(self):
        self.looked.release()
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def cancel(self):
        self.cancelled.set()


def test_the_same_jobs_that_wait_for_too_long_are_cancelled():
    jobs = Jobs((1, 2, 0))
    with Watch(jobs, still_minutes=0.0005, look_seconds=0.001) as watch:
        assert jobs.cancelled.wait(timeout=30)
    assert watch.stopped


@pytest.mark.parametrize("answers", [[()], [(1, 2, done) for done in range(200)]])
def test_jobs_that_run_or_go_on_are_left_alone(answers):
    jobs = Jobs(*answers, ())
    with Watch(jobs, still_minutes=0.0005 if len(answers) == 1 else 10, look_seconds=0.001) as watch:
        for _ in range(100):
            assert jobs.looked.acquire(timeout=30)
    assert not watch.stopped
    assert not jobs.cancelled.is_set()
