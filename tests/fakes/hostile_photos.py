"""Files that attack whoever decodes them; each builder returns the file's bytes."""

import struct
import zlib
from base64 import b85decode
from collections.abc import Callable

from PIL import Image

from tests.fakes.photos import jpeg, png, saved, scene, webp


def _unpacked(text: str) -> bytes:
    return zlib.decompress(b85decode(text))


# One colour on 144 megapixels, as Pillow writes it. Kept, because encoding takes seconds.
_HUGE_AVIF = _unpacked(
    "c-muNU{FXasVqn=%S>Yc0uY^>nP!-"
    "qnV9D5Xy^nKdYzkElE?r7iWw<6MNl?FL1uCZ0~+8f$SlbPvlxL`E;A=T8N_h`@fjhajKT~I?4N*ajm*rvG`LzRAS"
    "aax%1bOWFm%q($p_n&m03_!0HnP$3zGAJv`A)gK`O*Ly$2A?AW)E5kqHuE=HTD}Qap)ehR%)hJRl+A<oukXyyTn;"
    "pvk-pYz;sm@yvo;n4f?SV_{@!W&yhDS8hsTi4X%9xBU0K`@3rwF-"
    "h@q7(L(@@NsW%y?fc$<j}DLK)0PgrFqb^z~;8f)7nXgH<^Ddk{5Wo{0s9#r*5gJ3MNCIBJHod!b<frhu4|%+j~1$"
    "l!hz5&6c~wH09sA1lPvcRkoA!b$=W?c_8${`pD)7J6l*T3zemB3HFW?asTF)yYt1C%-Zv(-"
    "1Bw0*|sc9vvIAN@08?NvU};$)_Yv}^V}G<r+2O1%*X$84#&0&-"
    "`1af{Z+Q@g_WSh(OoNc+09<@MX>wX&!Vs4v({ab|EZjGz~hrxL4x+ZYJ-+<YrfZ6W-"
    "PCnwe)gMY0+e1>otKVj{C5-Tzydg&rf}h_jcY_TmrEhqPXIQxb-"
    "F{ik4U1;_JvhS8%58@2l0i2Njnul+2Isnd|%fq}LU`@~%|*2WKqK-"
    "qpGILGa`>>)Rdj-|k-d6Jjo+;?3=<FdF!yaX%XPqj67P-%l9X)(>RVy8{4=Qz^;"
)
# The same on 142 megapixels.
_HUGE_HEIC = _unpacked(
    "c-rmQziSg=7{Kx8a<PphwozN_(81clB3kXBNI?j-gMWa7f}-gqAumnRBMl`M3nvyFExJfuf;fl;El$=+ogAe&xD-"
    "1{tqvI+I#k>DlIYOcq7QtZyvh6Px#W|Fz~xRvdUKVVem-kFu~9U+p>SL@>70mjxtOh_r5SzsOrhKwi*LM&?1-"
    "bLFwuCE(Uds$VZ*uA>_ujV?MuHgrCehgu6El=Hqx5qr@WzX*x{Q>@lVPp<ClHgFB#vPu>G`6yWqIt(p)2Hxh|VOH"
    "#S5%-5d6Z!zm}>Y;A=JZkXYQZTWR1mA0EFM;vFzPED>wBwo8xdUAjM%W7ZkO(2p8!mZgcdqn%F^R~P=ma-po(3>c"
    "fOJ1RBm-k7V&5<rM>1UhYZZK#*CFz^030K@$EM~hN;}?Gy(AFe+JK{!dF-"
    "D4+w5{LF*#YN8G}$w9>ihV&g@y6)<LixhrY35e&p-FST%Z0Gzqb~=e^puOcFwe2TsqP!@c-"
    "VTCmsj$cY3csQsQ+bHt--`URA@D;o4n2SXUy0nzXVKXyW#s)};NYskZKv9&Bt)k9GeCJ=SA2J=RMpJ=Vz-Cxl&S&"
    "Uro5uX_H#yi-F}bk2%iRYTpAQA2H;RYPt6p@zEmsTykhoEmDPs)pK;S3~W5sD_$cR6|vC(Q=@!hT5g)?nRfL-"
    ")i@q8tS1W)Lo$ZdZ=}%P@zJF`ZrsT4;3m@s8FFog$flaRH#s)LWK$yDpaUYp+bcU6)IGyP@zJF3Kc3;s8FFog$fl"
    "aRH#s)LWK$yDpaUYp+bcU6)IGyP@zJF3Kc3;s8FFog$flaRH#s)LWK$yDpaUYp+bcU6)IGyQ2zyWZX3KXyJr"
)
_BOMB_BYTES = 60_000_000


def lying_avif(width: int = 1000, height: int = 900) -> bytes:
    """An AVIF that states that size over an AV1 stream of 12,000 by 12,000 pixels."""
    return _restated(_HUGE_AVIF, width, height)


def lying_large_heic(width: int = 1000, height: int = 900) -> bytes:
    """The same of a HEIC; its HEVC stream has 11,904 by 11,904 pixels."""
    return _restated(_HUGE_HEIC, width, height)


def cropped_heic(width: int = 1000, height: int = 900) -> bytes:
    """A HEIC that states its size truly and shows its middle."""
    clap = _box(b"clap", struct.pack(">8I", width, 1, height, 1, 0, 1, 0, 1))
    data = bytearray(_HUGE_HEIC)
    associations, properties = _end(data, b"ipma"), _end(data, b"ipco")
    data[data.index(b"ipma") + 14] += 1
    for name, growth in ((b"ipma", 1), (b"ipco", 40), (b"iprp", 41), (b"meta", 41)):
        at = data.index(name) - 4
        data[at : at + 4] = struct.pack(">I", int.from_bytes(data[at : at + 4]) + growth)
    data[associations:associations] = b"\x85"  # the fifth property, essential
    data[properties:properties] = clap
    place = struct.pack(">I", _HUGE_HEIC.index(b"mdat") + 4)
    return bytes(data).replace(place, struct.pack(">I", int.from_bytes(place) + 41), 1)


def _end(data: bytes | bytearray, name: bytes) -> int:
    at = data.index(name) - 4
    return at + int.from_bytes(data[at : at + 4])


def _restated(data: bytes, width: int, height: int) -> bytes:
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def large_lossless_webp(side: int = 16_383) -> bytes:
    """A simple WebP, without a canvas, whose own header states 268 megapixels."""
    bits = (side - 1) | (side - 1) << 14
    return _riff(_chunk(b"VP8L", b"\x2f" + struct.pack("<I", bits) + bytes(40)))


def large_lossy_webp(side: int = 16_383) -> bytes:
    small = saved(scene(), "WEBP", quality=1)
    at = small.index(b"\x9d\x01\x2a") + 3
    return small[:at] + struct.pack("<HH", side, side) + small[at + 4 :]


def webp_with_a_larger_frame() -> bytes:
    """An extended WebP: a canvas of 1200 by 900 pixels over a stream that states 16,383 squared."""
    data = webp()
    at = data.index(b"\x9d\x01\x2a") + 3
    return data[:at] + struct.pack("<HH", 16_383, 16_383) + data[at + 4 :]


def jpeg_with_a_second_frame_header(*, before: bool) -> bytes:
    """A JPEG with two sizes: 900 by 1200 pixels, and 20,000 squared before or behind it."""
    data = jpeg()
    at = data.index(b"\xff\xc0")
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
    other = data[at : at + 5] + struct.pack(">HH", 20_000, 20_000) + data[at + 9 : end]
    place = at if before else end
    return data[:place] + other + data[place:]


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with_a_second_header(before: bytes) -> bytes:
    """A PNG with a header of 20,000 squared before that kind of chunk."""
    data = png()
    at = data.index(before) - 4
    second = _png_chunk(b"IHDR", struct.pack(">II", 20_000, 20_000) + data[24:29])
    return data[:at] + second + data[at:]


def png_strip() -> bytes:
    """40 megapixels, of which a copy of 3000 by 3 would be kept."""
    return saved(Image.new("1", (200_000, 200)), "PNG")


def png_with_a_bomb(kind: bytes) -> bytes:
    """A PNG with twenty chunks of that kind, each of 60 megabytes once it is unpacked."""
    packed = zlib.compress(bytes(_BOMB_BYTES), 9)
    heads = {b"zTXt": b"k%d\0\0", b"iTXt": b"k%d\0\1\0\0\0", b"iCCP": b"k%d\0\0"}
    data = png()
    at = data.index(b"IDAT") - 4
    bombs = b"".join(_png_chunk(kind, heads[kind] % number + packed) for number in range(20))
    return data[:at] + bombs + data[at:]


def png_with_a_bomb_behind() -> bytes:
    """The same behind the picture, where Pillow reads it after the pixels."""
    packed = zlib.compress(bytes(_BOMB_BYTES), 9)
    bombs = b"".join(_png_chunk(b"zTXt", b"k%d\0\0" % number + packed) for number in range(20))
    return png()[:-12] + bombs + png()[-12:]


def jpeg_with_endless_exif() -> bytes:
    """A directory of EXIF that names itself as the next one, with counts of four billion."""
    entry = struct.pack(">HHII", 0x8769, 4, 0xFFFFFFFF, 8) + struct.pack(">HHII", 0x0112, 3, 1, 6)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 2) + entry + struct.pack(">I", 8)
    return saved(scene(), "JPEG", exif=b"Exif\0\0" + tiff)


def without_end(data: bytes) -> bytes:
    """A JPEG whose writer forgot the end marker."""
    assert data.endswith(b"\xff\xd9")
    return data[:-2]


FILES: dict[str, Callable[[], bytes]] = {
    "avif that lies": lying_avif,
    "heic that lies": lying_large_heic,
    "heic that is cropped": cropped_heic,
    "lossless webp": large_lossless_webp,
    "lossy webp": large_lossy_webp,
    "webp with a larger frame": webp_with_a_larger_frame,
    "jpeg with a larger header before its own": lambda: jpeg_with_a_second_frame_header(
        before=True
    ),
    "jpeg with a larger header after its own": lambda: jpeg_with_a_second_frame_header(
        before=False
    ),
    "png with a larger header after its own": lambda: png_with_a_second_header(b"IDAT"),
    "png with a larger header after its pixels": lambda: png_with_a_second_header(b"IEND"),
    "png strip": png_strip,
    "zTXt": lambda: png_with_a_bomb(b"zTXt"),
    "iTXt": lambda: png_with_a_bomb(b"iTXt"),
    "iCCP": lambda: png_with_a_bomb(b"iCCP"),
    "zTXt behind the picture": png_with_a_bomb_behind,
    "endless exif": jpeg_with_endless_exif,
}
