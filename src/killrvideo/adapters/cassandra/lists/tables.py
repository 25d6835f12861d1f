"""Lists as tables: which rows a thing has in them, and what a change of the thing changes there."""

from collections.abc import Mapping
from dataclasses import dataclass

from killrvideo.adapters.cassandra.cluster.session import Value
from killrvideo.adapters.cassandra.units.plan import Plan


@dataclass(frozen=True, slots=True)
class ListTable:
    name: str
    key: tuple[str, ...]
    """The columns of the primary key."""
    beside: tuple[str, ...] = ()
    """Columns that a reader of the list wants to know before it reads the thing."""

    # The names of tables and columns are constants of the code.

    @property
    def put(self) -> str:
        columns = (*self.key, *self.beside)
        names, markers = ", ".join(columns), ", ".join(f":{column}" for column in columns)
        return f"INSERT INTO {self.name} ({names}) VALUES ({markers}) USING TIMESTAMP :stamp"  # noqa: S608

    @property
    def drop(self) -> str:
        where = " AND ".join(f"{column} = :{column}" for column in self.key)
        return f"DELETE FROM {self.name} USING TIMESTAMP :stamp WHERE {where}"  # noqa: S608


ListRows = Mapping[tuple[ListTable, tuple[Value, ...]], tuple[Value, ...]]
"""By table and key, what stands beside the key."""


def change_rows(plan: Plan, before: ListRows, after: ListRows) -> None:
    """Plans to drop the rows that go, and to write those that come or say something else."""
    for table, key in before.keys() - after.keys():
        plan.write(table.drop, dict(zip(table.key, key, strict=True)))
    for (table, key), beside in after.items():
        if before.get((table, key)) != beside:
            plan.write(table.put, dict(zip((*table.key, *table.beside), (*key, *beside), strict=True)))
