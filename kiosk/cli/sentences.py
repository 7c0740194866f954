"""What the command line says when it cannot go on: one Norwegian sentence for each reason."""

import click

from kiosk.config import ConfigError
from kiosk.domain import (
    access,
    demo,
    demo_taps,
    locking,
    managing,
    pairing_codes,
    passwords,
    people,
    settling,
    setup,
    stations,
)

KNOWN_ERRORS: dict[type[Exception], str] = {
    access.NameTaken: "Det finnes allerede en bruker med det navnet.",
    access.NameMissing: "Brukeren må ha et navn på 1–80 tegn.",
    access.PasswordTooShort: f"Passordet må ha minst {access.SHORTEST_PASSWORD} tegn.",
    access.PasswordTooLong: f"Passordet kan ha høyst {passwords.LONGEST} tegn.",
    access.PasswordTooCommon: "Passordet er for lett å gjette. Ta for eksempel fire ord som ikke hører sammen.",
    demo.CentreExists: "Demosenteret finnes allerede i denne databasen.",
    demo.NoFigures: "Det finnes ingen talte tall for det året.",
    demo.YearNotOver: "Det året er ikke over ennå.",
    demo_taps.TapNotRecorded: "Aktivitetene er endret for mye til at et demoår kan lages.",
    locking.PinMissing: "Ved siden av deltakernes skjermbilde trenger de andre en PIN: legg til --pin.",
    locking.PinNotValid: "En PIN er seks sifre, og ikke seks like eller etter hverandre som 123456.",
    managing.LastLeader: "Et senter må ha en leder som kan logge inn. Gjør en annen til leder først.",
    pairing_codes.CodeUnknown: "Det finnes ikke noe nettbrett som viser den koden.",
    pairing_codes.CodeTooOld: "Koden er for gammel. Nettbrettet viser en ny etter ti minutter.",
    pairing_codes.CodeUsed: "Koden er brukt.",
    people.UserNotFound: "Det finnes ingen bruker med det navnet.",
    settling.AlreadySettled: "Det trykket er avgjort fra før.",
    settling.HeldTapNotFound: "Det finnes ikke noe slikt ventende trykk på senteret.",
    setup.BadSlug: "Kortnavnet må ha 2–40 tegn: små bokstaver a–z, tall og bindestrek, med en bokstav først.",
    setup.NameMissing: "Senteret må ha et navn på 1–80 tegn.",
    setup.SlugTaken: "Det finnes allerede et senter med det kortnavnet.",
    stations.NameMissing: "Nettbrettet må ha et navn på 1–80 tegn.",
    stations.NameTaken: "Senteret har allerede et nettbrett med det navnet.",
    stations.StationNotFound: "Senteret har ikke noe nettbrett med det navnet.",
}

# What main() turns into a sentence.
DESCRIBED: tuple[type[Exception], ...] = (click.ClickException, ConfigError, *KNOWN_ERRORS)


class WrongArgument(click.ClickException):
    """A wrong argument, with a whole sentence."""


def describe(error: Exception) -> str:
    """The sentence for an error of DESCRIBED."""
    match error:
        case WrongArgument():
            return error.message
        case click.MissingParameter(param=click.Parameter() as param):
            return f"{_name(param)} mangler."
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_name(param)} {_demand(param.type)}."
        case click.UsageError():
            return _describe_usage(error)
        case click.ClickException() | ConfigError():
            return str(error)
        case _:
            return KNOWN_ERRORS[type(error)]


def describe_database_error(error: Exception) -> str:
    """The driver's own words help whoever looks after the machine."""
    return f"Databasen svarer ikke: {getattr(error, 'orig', None) or 'den er opptatt'}"


def _name(param: click.Parameter) -> str:
    """An option as it is typed, an argument as the help names it."""
    return param.opts[0] if isinstance(param, click.Option) else (param.name or "").upper()


def _demand(kind: click.ParamType) -> str:
    """What a value of this type must be: `må være …`."""
    match kind:
        case click.DateTime():
            return "må være en dato som 2023-12-31"
        case click.Choice():
            return "må være en av " + ", ".join(kind.choices)
        case click.IntRange():
            return f"må være et tall fra {kind.min} til {kind.max}"
        case click.types.UUIDParameterType():
            return "må være en nøkkel fra kiosk held list"
        case _:
            return "må være et helt tall"


def _describe_usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "kiosk"
    see = f"Se {path} --help."
    match error:
        case click.NoSuchOption():
            return f"Det finnes ikke noe valg {error.option_name}. {see}"
        case click.exceptions.NoSuchCommand():
            return f"Det finnes ingen kommando «{error.command_name}». {see}"
        # Click tells the two apart by its words only.
        case click.BadOptionUsage() if error.message.endswith("does not take a value."):
            return f"{error.option_name} tar ingen verdi."
        case click.BadOptionUsage():
            return f"{error.option_name} trenger en verdi."
        case click.exceptions.NoArgsIsHelpError():
            return f"Kommandoen mangler. {see}"
        case _:
            return f"Det er noe for mye i kommandoen. {see}"
