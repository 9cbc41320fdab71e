"""A telephone in Python: it knows docs/protocol.md and the REST description, nothing of the server's code.

Sound goes through aiortc. Of perfect negotiation it does what a device without rollback can: the caller offers; whose
offer meets another's gives way, when polite, by beginning anew.
"""

import array
import asyncio
import json
import math
import urllib.request
import uuid
from fractions import Fraction

import websockets
from aiortc import MediaStreamTrack, RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame

RATE, SAMPLES = 48_000, 960  # 20 ms


class Tone(MediaStreamTrack):
    """A hum, so that what arrives can be told from silence."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        wave = (int(8_000 * math.sin(2 * math.pi * 440 * sample / RATE)) for sample in range(SAMPLES))
        self._wave = array.array("h", wave).tobytes()
        self._at = 0
        self._started: float | None = None

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._started = self._started or loop.time()
        await asyncio.sleep(max(0.0, self._started + self._at / RATE - loop.time()))
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(self._wave)
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += SAMPLES
        return frame


class Refused(Exception):
    def __init__(self, error: dict) -> None:
        super().__init__(error)
        self.code = error["code"]


class Peer:
    def __init__(self, url: str, session: str) -> None:
        self.device = str(uuid.uuid4())
        self.call: dict | None = None  # as last told
        self.frames, self.loud = 0, 0  # heard, and of them not silent
        self._url, self._session = url, session
        self._changed = asyncio.Condition()
        self._asked: dict[str, asyncio.Future] = {}
        self._sent: dict[str, int] = {}  # device -> how many signals went there
        self._seen = 0  # the largest id of a signal
        self._ice: dict = {}
        self._connection: RTCPeerConnection | None = None
        self._is_offering = False
        self._tasks: set[asyncio.Task] = set()
        self._signals: asyncio.Queue[dict] = asyncio.Queue()

    # --- asking ---

    async def connect(self) -> None:
        """Also again, after drop(): first what runs, then what was said meanwhile."""
        address, headers = self._url.replace("http", "ws", 1) + "/ws/v1", {"X-Session-Token": self._session}
        self.socket = await websockets.connect(address, additional_headers=headers, proxy=None)
        self._greeting = asyncio.get_running_loop().create_future()
        self._start(self._read(self.socket))
        self.user = (await self._greeting)["user"]
        running = (await self.ask("call.running"))["calls"]
        if self.call and self.call["id"] not in {call["id"] for call in running}:
            await self._note({**self.call, "state": "ended"})
        for call in running:
            await self._note(call)
        if self._connection is not None and self.call and self.call["state"] == "active":
            missed = await self.ask("call.signals", call=self.call["id"], device=self.device, after=self._seen)
            for signal in missed["signals"]:
                self._take(signal)

    async def drop(self) -> None:
        await self.socket.close()

    async def ask(self, do: str, **arguments) -> dict:
        reference = uuid.uuid4().hex
        future = self._asked[reference] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"id": reference, "do": do, **arguments}))
        return await asyncio.wait_for(future, 10)

    async def rest(self, method: str, path: str, body: dict | None = None) -> dict:
        def send() -> dict:
            request = urllib.request.Request(
                f"{self._url}/api/v1/{path}",
                method=method,
                data=json.dumps(body).encode() if body is not None else None,
                headers={"X-Session-Token": self._session, "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.loads(response.read())

        return await asyncio.to_thread(send)

    # --- the call ---

    async def start(self, chat: int, *, over_rest: bool) -> None:
        body = {"chat": chat, "device": self.device, "kind": "audio"}
        self._enter(await (self.rest("POST", "calls", body) if over_rest else self.ask("call.start", **body)))

    async def answer(self, *, over_rest: bool) -> None:
        body = {"device": self.device}
        number = self.call["id"]
        request = self.rest("POST", f"calls/{number}/answer", body) if over_rest else None
        self._enter(await (request or self.ask("call.answer", call=number, **body)))

    async def hang_up(self, *, over_rest: bool) -> None:
        body = {"device": self.device}
        if over_rest:
            await self.rest("POST", f"calls/{self.call['id']}/hang-up", body)
        else:
            await self.ask("call.hang_up", call=self.call["id"], **body)

    async def until(self, condition, seconds: float = 15) -> None:
        """Until something holds, looked at whenever anything was told or heard."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), seconds)

    async def until_state(self, state: str) -> None:
        await self.until(lambda: self.call is not None and self.call["state"] == state)

    async def talk(self) -> None:
        """Both are in it: the caller makes the offer."""
        await self.until_state("active")
        self._build()
        self._start(self._hear_signals())
        if self.call["caller"]["id"] == self.user:
            await self._offer()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        await self.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what comes ---

    async def _read(self, socket) -> None:
        async for text in socket:
            frame = json.loads(text)
            if "re" in frame:
                future = self._asked.pop(frame["re"])
                future.set_exception(Refused(frame["error"])) if "error" in frame else future.set_result(frame["ok"])
            elif frame["event"] == "hello":
                self._greeting.set_result(frame["data"])
            elif frame["event"] == "call.changed":
                await self._note(frame["data"])
            elif frame["event"] == "call.signal":
                self._take(frame["data"])

    def _start(self, work) -> None:
        self._tasks.add(asyncio.get_running_loop().create_task(work))

    def _enter(self, entry: dict) -> None:
        self._ice = entry["ice"]
        self.call = entry["call"]

    async def _note(self, call: dict) -> None:
        async with self._changed:
            self.call = call
            self._changed.notify_all()

    def _take(self, signal: dict) -> None:
        if signal["to_device"] == self.device and signal["id"] > self._seen:
            self._seen = signal["id"]
            self._signals.put_nowait(signal)

    # --- sound ---

    def _other(self) -> str:
        return next(leg["device"] for leg in self.call["legs"] if leg["device"] != self.device)

    def _build(self) -> None:
        servers = [RTCIceServer(**server) for server in self._ice["ice_servers"]]
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._connection.addTrack(Tone())
        self._connection.on("track", lambda track: self._start(self._hear(track)))

    async def _hear(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            samples = array.array("h", bytes(frame.planes[0]))
            async with self._changed:
                self.frames += 1
                self.loud += max(samples) > 1_000
                self._changed.notify_all()

    async def _offer(self) -> None:
        self._is_offering = True
        await self._connection.setLocalDescription(await self._connection.createOffer())
        await self._tell_description()

    async def _tell_description(self) -> None:
        """With all its candidates in it: aiortc gathers them before it answers."""
        local, other = self._connection.localDescription, self._other()
        self._sent[other] = self._sent.get(other, 0) + 1
        description = {"type": local.type, "sdp": local.sdp}
        where = {"call": self.call["id"], "device": self.device, "to_device": other}
        await self.ask("call.signal", **where, n=self._sent[other], description=description)

    async def _hear_signals(self) -> None:
        while True:
            signal = await self._signals.get()
            if signal["description"] is not None:
                await self._take_description(signal["description"])
            for one in signal["candidates"]:
                if one["candidate"]:
                    candidate = candidate_from_sdp(one["candidate"].removeprefix("candidate:"))
                    candidate.sdpMid, candidate.sdpMLineIndex = one.get("sdpMid"), one.get("sdpMLineIndex")
                    await self._connection.addIceCandidate(candidate)

    async def _take_description(self, description: dict) -> None:
        if description["type"] == "offer" and self._is_offering:
            if self.device < self._other():
                return  # impolite: ours stands
            await self._connection.close()
            self._build()
        await self._connection.setRemoteDescription(RTCSessionDescription(**description))
        self._is_offering = False
        if description["type"] == "offer":
            await self._connection.setLocalDescription(await self._connection.createAnswer())
            await self._tell_description()
