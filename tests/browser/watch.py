"""What a browser tells while a test drives it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

# What a script of a test throws.
ON_PURPOSE = "on purpose"

REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
    reportViolation(`${event.violatedDirective}: ${event.blockedURI} on ${location.pathname}`))"""


@dataclass
class Watch:
    """Every request, every violation of the content security policy and every error nobody caught."""

    requests: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> "Watch":
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", self._read_console)
        context.on("weberror", self._read_error)
        context.expose_binding("reportViolation", lambda _, words: self.violations.append(words))
        context.add_init_script(REPORT_VIOLATIONS)
        return self

    def _read_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.violations.append(message.text)

    def _read_error(self, error: WebError) -> None:
        if ON_PURPOSE not in str(error.error):
            self.errors.append(str(error.error))

    def origins(self) -> set[str]:
        return {"{}://{}".format(*urlsplit(url)) for url in self.requests}
