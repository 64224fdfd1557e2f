"""Refusals that a page of any application may meet."""

from aftercare.kernel.errors import ForbiddenError, InvalidError, NotFoundError, TooLargeError


class SignInNeededError(ForbiddenError):
    """Nobody is signed in with this browser, or the session has ended."""

    code = "sign_in_needed"


class PageTooOldError(ForbiddenError):
    """The form's token is not this session's: another site's form, or an older session's page."""

    code = "page_too_old"


class FormInvalidError(InvalidError):
    """The body is not a form that one of our pages sends."""

    code = "form_invalid"


class FormTooLargeError(TooLargeError):
    """The body is larger than that of any of our forms."""

    code = "form_too_large"


class NoSuchPageError(NotFoundError):
    """None of our pages has that address."""

    code = "no_such_page"
