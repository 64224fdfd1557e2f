"""Which card number is whose, as two items of the members table: by member, and by number.

They are not part of the member's item: a function of an earlier version, which replaces that item,
would lose the number. They stay when a membership ends, so that no number is given twice.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from aftercare.kernel.tables import Transaction, bind

_SCHEMA = 1


class _OwnerRow(Model):
    """`CARD#<number>`: whose it is."""

    class Meta:
        table_name = "members"

    member_id = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()
    schema = NumberAttribute(default=_SCHEMA)


class _NumberRow(Model):
    """`CARDOF#<member id>`: the member's card number."""

    class Meta:
        table_name = "members"

    member_id = UnicodeAttribute(hash_key=True)
    card_number = UnicodeAttribute()
    schema = NumberAttribute(default=_SCHEMA)


class CardStore:
    """Card numbers in DynamoDB, beside the members."""

    def __init__(self, table_name: str) -> None:
        self._owners = bind(_OwnerRow, table_name)
        self._numbers = bind(_NumberRow, table_name)

    def number_of(self, member_id: str) -> str:
        """The member's card number; empty before the first card."""
        try:
            row = self._numbers.get(f"CARDOF#{member_id}", consistent_read=True)
        except _NumberRow.DoesNotExist:
            return ""
        return str(row.card_number)

    def member_of(self, number: str) -> str:
        """The id of the member with that card number; empty if nobody has it."""
        try:
            return str(self._owners.get(f"CARD#{number}", consistent_read=True).owner)
        except _OwnerRow.DoesNotExist:
            return ""

    def give(self, member_id: str, number: str) -> None:
        """Gives a member without a number this one, which nobody has.

        Raises:
            StaleWriteError: The member has got one meanwhile, or the number is somebody's.
            BusyError: Others kept the items busy.
        """
        number_row = self._numbers(f"CARDOF#{member_id}", card_number=number)
        owner_row = self._owners(f"CARD#{number}", owner=member_id)
        with Transaction(self._owners) as commit:
            commit.save(number_row, _NumberRow.member_id.does_not_exist())
            commit.save(owner_row, _OwnerRow.member_id.does_not_exist())
