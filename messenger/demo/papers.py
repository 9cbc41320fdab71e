"""The files that are sent around: a small PDF, a CSV, and voice notes that hum like a voice."""

import io
import math
import random
import struct
import wave

RATE = 16_000  # samples per second


def pdf(title: str, lines: list[str]) -> bytes:
    """One page A4. Written by hand: a PDF library would be a dependency for one demo file."""
    commands = ["BT /F2 22 Tf 60 770 Td", f"({_escaped(title)}) Tj ET"]
    for row, line in enumerate(lines):
        commands.append(f"BT /F1 13 Tf 60 {725 - row * 24} Td ({_escaped(line)}) Tj ET")
    content = "\n".join(commands).encode("cp1252")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def paper(name: str) -> tuple[str, bytes]:
    """(type, content) of a file that a script names."""
    if name == "Bean diary.csv":
        days = "".join(f"{day},,,\r\n" for day in range(1, 22))
        return "text/csv", ("Day,Height (cm),Weather,Remarks\r\n" + days).encode()
    if name == "Repair prices.pdf":
        prices = ("Flat tyre 12", "New tube 16", "Brake pads, one wheel 18", "Chain 28", "Spring check 49", "Wheel 65")
        rows = [f"{item.rpartition(' ')[0]}  ·  € {item.rpartition(' ')[2]}" for item in prices]
        return "application/pdf", pdf("Dana's Bicycle Shop: repairs", [*rows, "", "All prices with parts and a smile."])
    notes = ["1. Plants need light, water, air and minerals.", "2. Roots hold the plant and drink for it.",
             "3. Leaves turn light into sugar: photosynthesis.", "4. A plant grows towards the light: phototropism.",
             "", "Homework: pages 42 and 43, exercises 1 to 4."]  # fmt: skip
    return "application/pdf", pdf("Biology, Monday", notes)


def voice_note(seconds: int, pitch: float) -> tuple[bytes, list[int]]:
    """A WAV of something like murmured syllables, and its waveform (64 peaks, 0..31)."""
    rng = random.Random(f"{seconds} {pitch}")  # noqa: S311
    samples: list[int] = []
    phase = 0.0
    while len(samples) < seconds * RATE:
        length = int(rng.uniform(0.1, 0.26) * RATE)
        note, loudness = pitch * rng.uniform(0.85, 1.25), rng.uniform(0.35, 1.0)
        colour = rng.uniform(0.2, 0.9)
        for step in range(length):
            phase += math.tau * note / RATE
            wave_ = math.sin(phase) + colour * math.sin(2 * phase) + 0.4 * math.sin(3 * phase)
            samples.append(int(7000 * loudness * math.sin(math.pi * step / length) * wave_ / 2))
        samples += [0] * int((0.35 if rng.random() < 0.2 else 0.03) * RATE)
    samples = samples[: seconds * RATE]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    size = len(samples) // 64
    peaks = [max(map(abs, samples[place * size : (place + 1) * size])) for place in range(64)]
    return buffer.getvalue(), [round(peak / max(peaks) * 31) for peak in peaks]
