import io
import json
import logging
import re

import pytest

from rarecare.logs import FIELDS, JsonFormatter, adopt_server_logs, configure_logs, describe, log_bug


@pytest.fixture
def lines():
    stream = io.StringIO()
    configure_logs("DEBUG", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    configure_logs()


def failing(value):
    raise ValueError(f"the patient {value} is wrong")


def caught(value="1 234 567"):
    try:
        failing(value)
    except ValueError as error:
        return error


def test_a_line_is_one_json_object_with_time_level_event_and_version(lines):
    logging.getLogger("rarecare.server").info("server_started", extra={"port": 8501})
    (line,) = lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line == {"level": "info", "event": "server_started", "version": "0.1.0", "port": 8501}


def test_a_field_that_is_not_listed_is_dropped(lines):
    logging.getLogger("rarecare").info("import", extra={"commune": "48095", "status": 200})
    (line,) = lines()
    assert "commune" not in line
    assert line["status"] == 200
    assert "commune" not in FIELDS


def test_a_bug_is_logged_under_the_number_given_to_the_reader_with_its_place_and_not_its_message(lines):
    number = log_bug(caught(), event="page_failed", page="couverture")
    (line,) = lines()
    assert re.fullmatch(r"[0-9a-f]{8}", number)
    assert (line["id"], line["event"], line["page"]) == (number, "page_failed", "couverture")
    assert line["error"] == "builtins.ValueError"
    assert [place.rsplit(" ", 1)[1] for place in line["trace"]] == ["caught", "failing"]
    assert line["trace"][-1].startswith("tests/unit/test_logs.py:")
    assert "1 234 567" not in json.dumps(line)


def test_two_bugs_have_two_numbers(lines):
    assert log_bug(caught()) != log_bug(caught())
    assert len(lines()) == 2


def test_an_exception_logged_by_a_library_loses_its_message_too(lines):
    logging.getLogger("rarecare").error("oops", exc_info=caught())
    assert "patient" not in json.dumps(lines())
    assert lines()[0]["error"] == "builtins.ValueError"


def test_the_level_hides_what_is_below_it():
    stream = io.StringIO()
    configure_logs("warning", stream=stream)
    logging.getLogger("rarecare").info("too much")
    logging.getLogger("rarecare").warning("enough")
    configure_logs()
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["enough"]


def test_configuring_twice_does_not_write_twice():
    first, second = io.StringIO(), io.StringIO()
    configure_logs("INFO", stream=first)
    configure_logs("INFO", stream=second)
    logging.getLogger("rarecare").info("once")
    configure_logs()
    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1


def test_the_lines_of_the_web_server_take_the_same_form():
    logger, stream = logging.getLogger("uvicorn.example"), io.StringIO()
    logger.addHandler(logging.StreamHandler(stream))
    adopt_server_logs()
    logger.warning("Started")
    logger.handlers.clear()
    assert json.loads(stream.getvalue())["event"] == "Started"


def test_streamlit_no_longer_quotes_the_error_of_a_page():
    adopt_server_logs()
    assert logging.getLogger("streamlit.error_util").disabled


def test_an_error_of_a_package_is_placed_by_the_end_of_its_path():
    compiled = compile("raise KeyError('x')", "/somewhere/deep/inside/package/module.py", "exec")
    try:
        exec(compiled, {})  # noqa: S102  # our own line, under a made-up file name
    except KeyError as error:
        trace = describe(error)["trace"]
    assert trace[-1] == "package/module.py:1 <module>"


def test_text_is_not_escaped():
    record = logging.LogRecord("rarecare", logging.INFO, "", 0, "préparé", None, None)
    assert "préparé" in JsonFormatter().format(record)
