"""One local stack's settings: its checkout, its data directory and its port."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
DEFAULT_PORT = 8787
PORTS = range(1024, 65536)
PORTAL_HOST = "app.localhost"
CONSOLE_HOST = "console.localhost"


class StackError(Exception):
    """A command on the stack failed. The message is one line that says what to do."""


@dataclass(frozen=True)
class Settings:
    """One local stack. It writes only below `data`, except for the build, which stacks share."""

    port: int = DEFAULT_PORT
    root: Path = ROOT
    data: Path = field(default=ROOT / ".local")
    region: Literal["us-west-2"] = "us-west-2"
    stack_name: str = "aftercare-local"
    mail_sender: str = "returns@example.com"
    desk_mailbox: str = "care@desk.example"  # not the demo customers' domain: our own is parked
    # Of the simulated seller of labels; 0 while none runs.
    carrier_port: int = 0

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def portal_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def console_url(self) -> str:
        """Another host than the portal's: browsers keep cookies by host, whatever the port."""
        return f"http://{CONSOLE_HOST}:{self.port}"

    @property
    def mailbox_url(self) -> str:
        return f"{self.endpoint_url}/_ministack/ses/messages"

    @property
    def mailbox_page_url(self) -> str:
        """The mailbox as a page for people."""
        return f"{self.endpoint_url}/mailbox"

    @property
    def carrier_url(self) -> str:
        """The simulated seller of labels, whose API is below /v2."""
        return f"http://127.0.0.1:{self.carrier_port}" if self.carrier_port else ""

    @property
    def stack_file(self) -> Path:
        return self.data / "stack.json"

    @property
    def build_directory(self) -> Path:
        return self.root / ".aws-sam" / "build"

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters for template.yaml; the others keep their defaults."""
        carriers = {"Carriers": f"easypost={self.carrier_url}/v2"} if self.carrier_port else {}
        return carriers | {
            "Stage": "local",
            "PortalUrl": self.portal_url,
            "PortalDomain": PORTAL_HOST,
            "ConsoleUrl": self.console_url,
            "ConsoleDomain": CONSOLE_HOST,
            "SignInUrl": self.endpoint_url,
            "MailboxUrl": self.mailbox_page_url,
            "MailSender": self.mail_sender,
            "DeskMailbox": self.desk_mailbox,
            "Architecture": architecture(),
        }

    @property
    def aws_environment(self) -> dict[str, str]:
        """The variables that point every AWS client at the emulator, and let it wait for it.

        The emulator's functions inherit them.
        """
        return {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_CONNECT_SECONDS": "15",
            "AWS_READ_SECONDS": "15",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "SAM_CLI_TELEMETRY": "0",
            "NO_PROXY": "localhost,127.0.0.1",
        }

    def log(self, name: str) -> Path:
        logs = self.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        return logs / f"{name}.log"

    def shown(self, path: Path) -> str:
        """A path for messages: relative to the checkout if it is inside."""
        return str(path.relative_to(self.root) if path.is_relative_to(self.root) else path)

    def tool(self, name: str, program: str) -> Path:
        """The path of a program in one of the tool environments."""
        path = self.root / ".tools" / name / "bin" / program
        if not path.exists():
            raise StackError(f"{self.shown(path)} is missing: run `make setup`.")
        return path


def architecture() -> str:
    """This machine's architecture, by Lambda's name."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read PORT and AFTERCARE_LOCAL (the data directory)."""
    port = environment.get("PORT") or str(DEFAULT_PORT)
    if not port.isdecimal() or int(port) not in PORTS:
        raise StackError(f"PORT={port} is not a port: choose a number from 1024 to 65535.")
    data = Path(environment.get("AFTERCARE_LOCAL") or ROOT / ".local")
    return Settings(port=int(port), data=data.absolute())
