"""What monitoring reads: how far behind the consumers of events are, where a setting says so."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from killrvideo.bootstrap import House, build, load_settings
from killrvideo.domain.events import Origin, VideoEdited
from killrvideo.domain.ids import VideoId
from killrvideo.observability.metrics import Gauge, exposition
from tests.api.town import Town
from tests.holding_still import CountingIds, ManualClock


@pytest.fixture
async def house(tmp_path: Path, clock: ManualClock, ids: CountingIds) -> AsyncIterator[House]:
    settings = load_settings({"data_dir": tmp_path, "durability": "off", "metrics": True}, env_file=None)
    house = build(settings, clock=clock, ids=ids)
    async with house.opened(workers=False):
        yield house


async def asked(house: House) -> httpx2.Response:
    transport = httpx2.ASGITransport(house.web_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://house") as client:
        return await client.get("/metrics")


async def test_what_waits_for_each_group_is_told(house: House, clock: ManualClock, ids: CountingIds) -> None:
    work = house.storage.begin("tests.publish", Origin(correlation_id="request-1"))
    work.publish(VideoEdited(video_id=VideoId(ids.new())))
    await work.commit()
    answer = await asked(house)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert 'killrvideo_events_waiting{group="reactions"} 1' in lines
    assert 'killrvideo_events_buried{group="reactions"} 0' in lines
    happened = clock.now().timestamp()
    assert f'killrvideo_events_oldest_timestamp_seconds{{group="reactions"}} {happened}' in lines
    assert "# TYPE killrvideo_events_waiting gauge" in lines


async def test_nothing_is_told_unless_it_is_asked_for(town: Town) -> None:
    assert (await town.client.get("/metrics")).status_code == 404


def test_labels_are_escaped() -> None:
    gauge = Gauge("figure", "Says something.", "name", {'a"b\\c\nd': 1})
    assert exposition([gauge]).splitlines()[-1] == r'figure{name="a\"b\\c\nd"} 1'
