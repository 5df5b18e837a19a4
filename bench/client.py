"""A learner without a browser: speaks Streamlit's protocol to a running app and times the answers.

It opens a page, learns the widgets from what the server sends, sets one of them as the browser would
(with its fragment, the URL's parameters and the messages that the browser keeps), and waits until
the script has finished. So what it measures is the server and the loopback interface, no drawing.

The messages are those of `streamlit/proto`; the client states in the Streamlit version that
requirements.txt pins.
"""

from __future__ import annotations

import http.client
import secrets
import time
import urllib.parse
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Subprotocol

WAIT_S = 60.0
KEPT_RUNS = 2  # the browser forgets a message that so many runs did not use


@dataclass(frozen=True)
class Answer:
    """What one request cost: until the script had finished, and what came over the wire."""

    seconds: float
    bytes: int
    first_seconds: float  # until the first message with something to draw


@dataclass(frozen=True)
class Widget:
    """A control as the server described it."""

    id: str
    kind: str  # the name of the field in Element
    proto: Any
    fragment: str


class Learner:
    """One session. Use as a context manager; `open` comes first."""

    def __init__(self, url: str) -> None:
        self.host = urllib.parse.urlsplit(url).netloc
        self._query: dict[str, str] = {}
        self._page = ""
        self._session = ""
        self._kept: dict[str, int] = {}
        self._cacheable: dict[str, str] = {}
        self._runs = 0
        self._states: dict[str, WidgetState] = {}
        self.widgets: dict[str, Widget] = {}
        self.pages: dict[str, str] = {}
        self.errors: list[str] = []
        self._socket = connect(
            f"ws://{self.host}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            max_size=None, compression=None, proxy=None, open_timeout=WAIT_S,
        )  # fmt: skip

    def __enter__(self) -> Learner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def open(self, page: str, **query: str) -> Answer:
        """Open or switch to a page, as a link to it would within the app."""
        self._query = dict(query)
        self.widgets, self._states = {}, {}
        message = BackMsg()
        state = message.rerun_script
        if self.pages:
            self._page = self.pages[page]
            state.page_script_hash = self._page
        else:
            state.page_name = "" if page == "home" else page
        return self._run(message)

    def set(self, key: str, value: Any) -> Answer:
        """Set a widget: numbers for a slider, the option's place for a choice, a list for a range."""
        widget = self.widgets[key]
        state = WidgetState(id=widget.id)
        bound = getattr(widget.proto, "query_param_key", "")
        if widget.kind == "slider" and widget.proto.options:
            text = widget.proto.options[value]
            state.string_array_value.data.append(text)
        elif widget.kind == "slider":
            values = value if isinstance(value, list | tuple) else [value]
            state.double_array_value.data.extend(values)
            text = ",".join(str(v) for v in values)
        elif widget.kind == "button_group":
            text = widget.proto.options[value].content
            state.string_array_value.data.append(text)
        elif widget.kind == "selectbox":
            text = widget.proto.options[value]
            state.string_value = text
        elif widget.kind == "bidi_component":
            text = ""
            state.json_value = value
        else:
            raise ValueError(f"no way to set a {widget.kind}")
        if bound:
            self._query[bound] = text
        return self._changed(widget, state)

    def upload(self, key: str, name: str, data: bytes) -> Answer:
        """Put a file into a file_uploader: the transfer and the rerun that it causes."""
        widget = self.widgets[key]
        start = time.perf_counter()
        address, file_id = f"/_stcore/upload_file/{self._session}", ""
        message = BackMsg()
        message.file_urls_request.request_id = file_id = secrets.token_hex(8)
        message.file_urls_request.session_id = self._session
        message.file_urls_request.file_names.append(name)
        self._socket.send(message.SerializeToString())
        urls = None
        while urls is None:
            answer = self._receive()[0]
            if answer.WhichOneof("type") == "file_urls_response":
                urls = answer.file_urls_response.file_urls[0]
        file_id = urls.file_id
        address = urls.upload_url
        border = secrets.token_hex(16)
        head = (
            f'--{border}\r\nContent-Disposition: form-data; name="{file_id}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + data + f"\r\n--{border}--\r\n".encode()
        connection = http.client.HTTPConnection(self.host, timeout=WAIT_S)
        token = self._token(connection)
        connection.request(
            "PUT", address, body,
            {"Content-Type": f"multipart/form-data; boundary={border}",
             "Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token},
        )  # fmt: skip
        reply = connection.getresponse()
        reply.read()
        connection.close()
        if reply.status != 204:
            raise RuntimeError(f"the upload was answered with status {reply.status}")
        state = WidgetState(id=widget.id)
        info = state.file_uploader_state_value.uploaded_file_info
        info.append(UploadedFileInfo(file_id=file_id, name=name, size=len(data), file_urls=urls))
        done = self._changed(widget, state)
        return Answer(time.perf_counter() - start, done.bytes, done.first_seconds)

    def _token(self, connection: http.client.HTTPConnection) -> str:
        connection.request("GET", "/_stcore/health")
        reply = connection.getresponse()
        reply.read()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            if name.strip() == "_streamlit_xsrf":
                return rest.split(";")[0]
        return ""

    def _changed(self, widget: Widget, state: WidgetState) -> Answer:
        self._states[widget.id] = state
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = widget.fragment
        return self._run(message)

    def _run(self, message: BackMsg) -> Answer:
        state = message.rerun_script
        state.query_string = urllib.parse.urlencode(self._query)
        state.widget_states.widgets.extend(self._states.values())
        state.cached_message_hashes.extend(self._kept)
        state.context_info.locale = "en-US"
        state.context_info.timezone = "UTC"
        data = message.SerializeToString()
        start = time.perf_counter()
        self._socket.send(data)
        received, first = 0, 0.0
        while True:
            answer, size = self._receive()
            received += size
            kind = answer.WhichOneof("type")
            if not first and kind in ("delta", "ref_hash"):
                first = time.perf_counter() - start
            if kind == "script_finished":
                if answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    break
            else:
                self._learn(answer)
        seconds = time.perf_counter() - start
        self._runs += 1
        self._kept = {h: run for h, run in self._kept.items() if self._runs - run < KEPT_RUNS}
        return Answer(seconds, received, first)

    def _receive(self) -> tuple[ForwardMsg, int]:
        data = self._socket.recv(WAIT_S)
        assert isinstance(data, bytes)
        return ForwardMsg.FromString(data), len(data)

    def _learn(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            self._kept[message.ref_hash] = self._runs
        elif message.metadata.cacheable:
            self._kept[message.hash] = self._runs
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
            self._session = message.new_session.initialize.session_id or self._session
        elif kind == "navigation":
            self.pages = {
                page.url_pathname or "home": page.page_script_hash
                for page in message.navigation.app_pages
            }
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            pairs = urllib.parse.parse_qsl(message.page_info_changed.query_string)
            self._query = dict(pairs)
        elif kind == "delta" and message.delta.HasField("new_element"):
            self._element(message)

    def _element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type") or ""
        proto = getattr(element, kind)
        if kind == "alert" and proto.format == proto.ERROR:
            self.errors.append(proto.body)
        elif kind == "exception":
            self.errors.append(proto.message)
        # An id is $$ID-<hash>-<key>, and the key "None" stands for none.
        parts = str(getattr(proto, "id", "")).split("-", 2)
        if len(parts) == 3 and parts[0] == "$$ID":
            self.widgets[parts[2]] = Widget(proto.id, kind, proto, message.delta.fragment_id)
