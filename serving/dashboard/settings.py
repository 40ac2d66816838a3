"""Settings of the dashboard, beside those of the service whose database it shows."""

from datetime import timedelta

from pydantic import Field

from serving.access.login import LoginRules
from serving.access.sessions import SessionRules
from serving.settings import Settings


class DashboardSettings(Settings):
    """``second_factor``: nobody comes in without a one-time code. Idle time in minutes."""

    dashboard_port: int = Field(default=8080, ge=0, le=65_535)
    second_factor: bool = False
    session_idle_minutes: int = Field(default=30, ge=1, le=1440)
    session_hours: int = Field(default=12, ge=1, le=168)
    login_attempts: int = Field(default=5, ge=1, le=100)
    lockout_minutes: int = Field(default=15, ge=1, le=1440)

    @property
    def login_rules(self) -> LoginRules:
        return LoginRules(self.login_attempts, timedelta(minutes=self.lockout_minutes))

    @property
    def session_rules(self) -> SessionRules:
        return SessionRules(
            timedelta(minutes=self.session_idle_minutes), timedelta(hours=self.session_hours)
        )

    @property
    def tls(self) -> bool:
        """Whether browsers reach the dashboard over TLS, here or at the proxy before it."""
        return self.behind_tls_proxy or self.tls_certificate is not None
