"""What a passage says, what it does not say, and what it says the opposite of."""

import pytest

from killrvideo.domain.support import CLAIMS_MOST, claims_in, said_by

TITLE = "Cassandra for beginners"
PORT = "Drivers connect to port 9042 unless you configure another one."
GOSSIP = "Nodes learn about each other through gossip, which runs once every second."


@pytest.mark.parametrize(
    ("written", "passage"),
    [
        (PORT, PORT),
        ("Drivers connect to port 9042.", PORT),
        ("The drivers are connecting to port 9042.", PORT),
        ("Nodes learn about each other through gossip.", GOSSIP),
        ("Gossip runs once every second.", GOSSIP),
        ("A cluster has no leader.", "The cluster works without a leader."),
        ("Joins aren't supported.", "Joins are not supported."),
        ("Tombstones are dropped after ten days.", "Then, tombstones are dropped after ten days."),
        ("DataStax acquired Oracle.", "In 2030 DataStax acquired Oracle."),
        ("A client for node.js speaks CQL 5.0.", "A client for node.js speaks CQL 5.0 natively."),
        ("Cassandra for beginners.", PORT),
    ],
)
def test_what_is_said_may_be_repeated(written: str, passage: str) -> None:
    assert said_by(written, f"{TITLE}\nWelcome back. {passage} See you.")


@pytest.mark.parametrize(
    ("written", "passage"),
    [
        ("Cassandra supports joins.", "Cassandra does not support joins."),
        ("Cassandra supports joins.", "Cassandra doesn\u2019t support joins."),
        ("Cassandra does not support joins.", "Cassandra supports joins."),
        ("You should not use ALLOW FILTERING.", "You should use ALLOW FILTERING."),
        ("You should use ALLOW FILTERING.", "You should never use ALLOW FILTERING."),
        ("Use indexes but not views.", "Do not use indexes but views."),
        ("Run it without TLS in production.", "Run it with TLS in production."),
        ("Cassandra has transactions.", "Cassandra cannot have transactions."),
        ("Tuning often helps brokers.", "Tuning rarely helps brokers."),
    ],
)
def test_the_opposite_is_not_what_was_said(written: str, passage: str) -> None:
    assert not said_by(written, passage)


@pytest.mark.parametrize(
    ("written", "passage"),
    [
        ("Oracle acquired DataStax.", "DataStax acquired Oracle."),
        ("Oracle acquired DataStax.", "Oracle was acquired by DataStax."),
        ("The replicas wait for the coordinator.", "The coordinator waits for the replicas."),
        ("Vectors grew from 1536 to 384 floats.", "Vectors grew from 384 to 1536 floats."),
        ("It moved to Kafka from Pulsar.", "It moved from Kafka to Pulsar."),
        ("Writes are fast.", "Reads are fast, but writes are slow."),
        ("Clusters of more than ten nodes fail.", "Clusters of less than ten nodes fail."),
        ("All nodes fail together.", "Some nodes fail together."),
    ],
)
def test_who_does_what_to_whom_is_kept(written: str, passage: str) -> None:
    assert not said_by(written, passage)


@pytest.mark.parametrize(
    ("written", "passage"),
    [
        ("Drivers connect to port 9043.", PORT),
        ("Seventy nodes hold a copy.", "Seven nodes hold a copy."),
        ("One replica must answer.", "Two replicas must answer."),
        ("Drivers connect to port 9042.", "Do drivers connect to port 9042?"),
        ("Oracle makes Astra in Europe.", "DataStax makes Astra in Europe. Oracle makes other things."),
        ("Ürün makes Astra in northern Europe.", "Ölwerk makes Astra in northern Europe."),
        ("It is.", "It is."),
        ("Port.", PORT),
        ("", ""),
    ],
)
def test_numbers_names_and_statements_are_those_of_one_sentence(written: str, passage: str) -> None:
    assert not said_by(written, passage)


@pytest.mark.parametrize(
    "place",
    [
        "killr-video.ru/login",
        "evil.dev",
        "EVIL.DEV",
        "setup.py",
        "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
        "pay.xn--p1ai",
        "\uff45\uff56\uff49\uff4c\uff0e\uff44\uff45\uff56",
        "evil\u3002dev",
        "e\u200bvil.\u200bdev",
        "//evil",
        "evil/login",
        "localhost:9042",
        "10.1.2.3",
        "ann@home",
    ],
)
def test_nobody_is_sent_elsewhere(place: str) -> None:
    sentence = f"Visit {place} for more."
    assert not said_by(sentence, sentence)


@pytest.mark.parametrize(
    "words",
    [
        "Cassandra 5.0.2",
        "node.js",
        "cassandra.yaml",
        "the U.S. office",
        "a rate of 1/2",
        "4:30 p.m.",
        "1,536 floats",
    ],
)
def test_what_only_has_a_dot_is_no_address(words: str) -> None:
    sentence = f"They talk about {words} today."
    assert said_by(sentence, sentence)


def test_an_answer_is_cut_after_a_few_sentences() -> None:
    written = " ".join(f"Sentence {number} is short [1]." for number in range(600))
    assert claims_in(written) == [(f"Sentence {number} is short.", (1,)) for number in range(CLAIMS_MOST)]
