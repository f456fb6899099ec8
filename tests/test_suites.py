"""The suites of other projects: the quick ones as a whole, of the long one some files (`make suites` runs them all)."""

import pytest
from suites import records
from suites.__main__ import against_fresh_server, against_records
from suites.foreign import SUITES

FILES = ["cte.slt", "case.slt", "distinct_on.slt", "insert.slt", "lateral_join.slt", "strings.slt", "union.slt"]


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.package)
def test_every_test_that_applies_passes(suite, tmp_path):
    applying = [one for one in against_fresh_server(suite, tmp_path) if suite.reason(one.test) is None]
    assert len(applying) >= 16
    assert [one for one in applying if one.outcome != "passed"] == []


def test_records_of_datafusion_are_answered_as_in_process(tmp_path):
    applying = [record for record in against_records(tmp_path, FILES) if record.apart is None]
    assert {record.file for record in applying} == set(FILES) and len(applying) > 250
    assert [record for record in applying if record.failure is not None and records.explanation(record) is None] == []
