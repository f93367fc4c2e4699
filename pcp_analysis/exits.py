"""How a command ends: each way with its exit code, and in words."""

from __future__ import annotations

import sys
import traceback

import click

from pcp_analysis.pack.environment import settle
from pcp_analysis.pack.job import PressError
from pcp_analysis.pack.limits import check_space, exhausted
from pcp_analysis.pack.progress import open_standard, say
from pcp_analysis.strict.fault import Fault, FaultError
from pcp_analysis.strict.files import Altered

AT_FAULT, INCOMPLETE, DIFFERENT, COULD_NOT = 1, 3, 4, 5


class Commands(click.Group):
    """Turns faults into exit code 1, and what could not be done, or was stopped, into 5, in words."""

    def invoke(self, context: click.Context) -> object:
        """Run the command that was named; an exit code other than 0 comes with its reason."""
        open_standard()
        try:
            from pcp_analysis.pack.press import stoppable

            settle()
            check_space()
            with stoppable():
                return super().invoke(context)
        except KeyboardInterrupt:  # first: it may come before the others have a name
            say("pcp: could not: stopped by a signal; what was published before stands", err=True)
            sys.exit(COULD_NOT)
        except FaultError as error:
            say_faults(list(error.faults))
            sys.exit(AT_FAULT)
        except (PressError, Altered, OSError) as error:
            say(f"pcp: could not: {error}", err=True)
            sys.exit(COULD_NOT)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if exhausted(type(error).__name__, str(error)):
                say(f"pcp: could not: {str(error) or 'there is not enough memory'}", err=True)
                sys.exit(COULD_NOT)
            say(f"pcp: an error of its own, not of the inputs: {type(error).__name__}: {error}", err=True)
            say(traceback.format_exc(), err=True)
            sys.exit(COULD_NOT)


def say_faults(faults: list[Fault]) -> None:
    """Print each fault once, and how many they are."""
    for fault in sorted(set(faults)):
        say(str(fault), err=True)
    count = len(set(faults))
    say(f"{count} {'fault' if count == 1 else 'faults'}; nothing was run and nothing was changed.", err=True)
