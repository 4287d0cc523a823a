"""Apache Spark: real pyspark, on a cluster or on the two workers that it starts here (``local-cluster``)."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rarecare.caseload.columns import Kind
from rarecare.caseload.sources import Source, addresses, delimiter_of
from rarecare.caseload.spark_watch import STILL_MINUTES, Watch
from rarecare.caseload.statements import for_spark, only_used
from rarecare.errors import UserError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_LOG_SETTINGS = Path(__file__).parent / "log4j2.properties"
_LOCAL_CLUSTER = re.compile(r"^local-cluster\[\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\]$")
_FEW_PARTITIONS = 2
_SHORT_LIFE = "-XX:+UseSerialGC -Xshare:auto -XX:TieredStopAtLevel=1"
"""Options of the Java processes of this machine: thorough compilation would take most of their minutes."""
_TYPES: dict[str, Kind] = {
    "string": "text", "byte": "whole", "short": "whole", "integer": "whole", "long": "whole",
    "date": "date", "timestamp": "date", "timestamp_ntz": "date",
}  # fmt: skip


class SparkEngine:
    """One Spark session. ``directory`` holds, encrypted, what the workers of this machine write for themselves."""

    name = "spark"

    def __init__(self, directory: Path, *, master: str, memory: str) -> None:
        _check_installed()
        self._source = Source("csv", ())
        self._views: dict[str, str] = {}
        self._environment = dict(os.environ)
        try:
            self._session = _session(directory, master, memory)
        except Exception as error:
            self._restore_environment()
            raise _did_not_start(master, error) from None

    @property
    def versions(self) -> dict[str, str]:
        """Version of Spark."""
        return {"spark": str(self._session.version)}

    def open_events(self, events: Sequence[str]) -> dict[str, Kind]:
        """Make ``bruts`` from addresses that Spark reads and return what its columns hold.

        Raises :class:`UserError` when nothing is there or when it is unreadable.
        """
        self._source = addresses(events)
        with self._errors():
            frame = self._read()
            kinds: dict[str, Kind] = {
                field.name.lower(): _TYPES.get(field.dataType.typeName(), "other")
                for field in frame.schema.fields
            }
            self._make_events(frame, "cast(null as bigint)")
        return kinds

    def number_lines(self) -> None:
        """Make ``bruts`` again with the file of each event, and its line in Parquet; Spark numbers no line of a CSV."""
        known = self._source.format == "parquet"
        self._make_events(self._read(), "_metadata.row_index + 1" if known else "cast(null as bigint)")
        for name in self._views:
            self._session.sql(self._views[name]).createOrReplaceTempView(name)

    def add_table(self, name: str, table: pa.Table) -> None:
        """Make a small table known under a name."""
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ResourceWarning
            )  # pyspark leaves a socket to the garbage collector
            frame = self._session.createDataFrame(table)
        # Spark does not know how small it is, and would sort all the events to join them with it.
        frame.hint("broadcast").createOrReplaceTempView(name)

    def make_view(self, name: str, sql: str) -> None:
        """Give a name to a statement without parameters, run each time it is read."""
        self._views[name] = for_spark(sql)
        with self._errors():
            self._session.sql(self._views[name]).createOrReplaceTempView(name)

    def make_table(self, name: str, sql: str, parameters: Mapping[str, Any]) -> None:
        """Run a statement once and keep its rows under a name, in the memory of the executors or on their disks.

        How they were made is forgotten: Spark would otherwise plan again, for each step, all those that it reads, each
        as many times as it is read.
        """
        with self._errors():
            frame = self._session.sql(for_spark(sql), args=only_used(sql, parameters))
            frame.localCheckpoint(eager=True).createOrReplaceTempView(name)

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> pa.Table:
        """Run a statement and return its rows."""
        with self._errors():
            return self._session.sql(for_spark(sql), args=only_used(sql, parameters)).toArrow()

    def forget(self, name: str) -> None:
        """Free what a table holds; it is not read any more."""
        with self._errors():
            self._session.catalog.dropTempView(name)

    def close(self) -> None:
        """Stop the session and its processes, and give the environment back."""
        try:
            _stop(self._session)
        finally:
            self._restore_environment()

    def _read(self) -> DataFrame:
        reader = self._session.read
        if self._source.format == "parquet":
            return reader.option("mergeSchema", "true").parquet(*self._source.places)
        first = reader.text(list(self._source.places)).first()
        header = "" if first is None else str(first[0]).removeprefix("\ufeff")
        delimiter = delimiter_of(header, where=", ".join(self._source.places))
        frame = reader.csv(
            list(self._source.places), header=True, sep=delimiter, quote='"', escape='"', mode="FAILFAST",
            enforceSchema=False, inferSchema=False,
        )  # fmt: skip
        return frame

    def _make_events(self, frame: DataFrame, line: str) -> None:
        renamed = [f"`{name}` as `{name.strip().lower()}`" for name in frame.columns]
        places = ["_metadata.file_name as rarecare_fichier", f"{line} as rarecare_ligne"]
        frame.selectExpr(*renamed, *places).createOrReplaceTempView("bruts")

    def _restore_environment(self) -> None:
        for name in _ENVIRONMENT:
            os.environ.pop(name, None)
            if name in self._environment:
                os.environ[name] = self._environment[name]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what the files or the cluster did wrong into a :class:`UserError`; never quote a cell."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        watch = Watch(_RunningJobs(self._session))
        try:
            with watch:
                yield
        except UserError:
            raise
        except (PySparkException, Py4JError) as error:
            raise (_stood_still() if watch.stopped else _failed(error, self._source)) from None


class _RunningJobs:
    """The jobs of a session, as :class:`Watch` sees them."""

    def __init__(self, session: SparkSession) -> None:
        self._context = session.sparkContext
        self._tracker = self._context.statusTracker()

    def waiting(self) -> tuple[int, ...]:
        """Return the jobs that wait, their stages and the tasks they have done; empty when one of them runs a task."""
        jobs = sorted(self._tracker.getActiveJobsIds())
        numbers = [
            stage for job in jobs if (known := self._tracker.getJobInfo(job)) for stage in known.stageIds
        ]
        stages = [info for stage in sorted(numbers) if (info := self._tracker.getStageInfo(stage))]
        if any(stage.numActiveTasks for stage in stages):
            return ()
        return (*jobs, *(stage.stageId for stage in stages), sum(stage.numCompletedTasks for stage in stages))

    def cancel(self) -> None:
        """Give up all the jobs."""
        self._context.cancelAllJobs()


_ENVIRONMENT = (
    "SPARK_HOME",
    "SPARK_LOCAL_IP",
    "SPARK_LOCAL_DIRS",
    "SPARK_LOCAL_HOSTNAME",
    "SPARK_SCALA_VERSION",
)


def java_is_installed() -> bool:
    """Return whether Spark would find Java."""
    home = os.environ.get("JAVA_HOME", "")
    return bool(shutil.which("java") or (home and (Path(home) / "bin" / "java").is_file()))


def _check_installed() -> None:
    if importlib.util.find_spec("pyspark") is None:
        raise UserError(
            "Le paquet pyspark n'est pas installé",
            remedy="Installer « rarecare[spark] », ou employer --engine duckdb.",
        )
    if not java_is_installed():
        raise UserError(
            "Java est introuvable, et Spark en a besoin",
            remedy="Installer Java 17 ou plus récent (ou donner JAVA_HOME), ou employer --engine duckdb.",
        )


def _session(directory: Path, master: str, memory: str) -> SparkSession:
    """Start a session; on this machine, everything stays on the loopback and in ``directory``."""
    import pyspark
    from pyspark.sql import SparkSession

    options = _common_options()
    if master.startswith("local"):
        home = _private_home(Path(pyspark.__file__).parent, directory)
        os.environ |= {
            "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(directory), "SPARK_SCALA_VERSION": "2.13",
        }  # fmt: skip
        options |= _local_options(directory, master)
    if memory:
        options["spark.executor.memory"] = memory
    builder = SparkSession.builder.master(master).appName("RareCare caseload")
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _common_options() -> dict[str, str]:
    java = f"-Dlog4j2.configurationFile={_LOG_SETTINGS.as_uri()}"
    return {
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.files.ignoreCorruptFiles": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.io.encryption.enabled": "true",
        "spark.driver.extraJavaOptions": java,
    }


def _local_options(directory: Path, master: str) -> dict[str, str]:
    java = f"-Dlog4j2.configurationFile={_LOG_SETTINGS.as_uri()}"
    options = {
        "spark.driver.extraJavaOptions": f"{java} {_SHORT_LIFE}",
        "spark.executor.extraJavaOptions": f"{java} {_SHORT_LIFE}",
        "spark.sql.adaptive.enabled": "false",
        # On a machine busy with other things, a worker is slow rather than dead.
        "spark.network.timeout": "600s",
        "spark.executor.heartbeatInterval": "30s",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(_FEW_PARTITIONS),
        "spark.sql.warehouse.dir": (directory / "entrepot").as_uri(),
        "spark.sql.catalogImplementation": "in-memory",
    }
    found = _LOCAL_CLUSTER.match(master)
    if found:
        options["spark.executor.memory"] = f"{found[3]}m"
    return options


def _private_home(installed: Path, directory: Path) -> Path:
    """Return a Spark home that links to the installed one: workers of this machine write in their home."""
    home = directory / "spark"
    home.mkdir(mode=0o700)
    for part in ("bin", "sbin", "jars", "python"):
        if (installed / part).exists():
            (home / part).symlink_to(installed / part)
    return home


def _stop(session: SparkSession) -> None:
    """Stop the session and the Java process that it started."""
    from pyspark import SparkContext

    gateway: Any = SparkContext._gateway
    session.stop()
    if gateway is not None:
        gateway.shutdown()
        process = getattr(gateway, "proc", None)
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=60)
        SparkContext._gateway = SparkContext._jvm = None


def _did_not_start(master: str, error: Exception) -> UserError:
    return UserError(
        "Spark n'a pas démarré",
        where=f"{master} : {type(error).__name__}",
        remedy="Vérifier l'adresse de la grappe, la mémoire demandée et la version de Java (17 ou plus récente).",
    )


def _stood_still() -> UserError:
    return UserError(
        f"Spark attend depuis {STILL_MINUTES:.0f} minutes sans qu'aucune tâche tourne : le calcul est arrêté",
        remedy="Vérifier que la grappe a des processus libres et que chacun a la mémoire demandée (--memory), puis "
        "relancer ; ou employer --engine duckdb.",
    )


def _failed(error: Exception, source: Source) -> UserError:
    """Say what failed without the message of Spark, which may quote a row."""
    condition = getattr(error, "getCondition", lambda: None)() or type(error).__name__
    where = ", ".join(source.places[:3])
    if "PATH_NOT_FOUND" in condition:
        return UserError("Aucun fichier d'événements", where=where, remedy="Vérifier l'adresse.")
    return UserError(
        "Spark n'a pas pu lire ou compter les événements",
        where=f"{where} : {condition}",
        remedy="Vérifier que les fichiers sont complets et que la grappe a assez de mémoire.",
    )
