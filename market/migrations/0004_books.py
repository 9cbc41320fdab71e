"""What the databases themselves can hold of the books: entries are never changed, and transactions sum to zero."""

from django.db import migrations

_POSTGRES = """
CREATE FUNCTION market_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the ledger are never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER market_entry_is_final BEFORE UPDATE OR DELETE ON market_entry
    FOR EACH ROW EXECUTE FUNCTION market_entry_is_final();

CREATE FUNCTION market_transaction_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM market_entry e JOIN market_account a ON a.id = e.account_id
        WHERE e.transaction_id = NEW.transaction_id GROUP BY a.currency HAVING sum(e.amount_minor) <> 0
    ) OR (SELECT count(*) FROM market_entry WHERE transaction_id = NEW.transaction_id) < 2 THEN
        RAISE EXCEPTION 'transaction % of the ledger does not sum to zero', NEW.transaction_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER market_transaction_balances AFTER INSERT ON market_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION market_transaction_balances();
"""
_POSTGRES_BACK = """
DROP TRIGGER market_transaction_balances ON market_entry;
DROP FUNCTION market_transaction_balances();
DROP TRIGGER market_entry_is_final ON market_entry;
DROP FUNCTION market_entry_is_final();
"""
# SQLite has no deferred triggers; a DELETE is what clears its tables between tests.
_SQLITE = """
CREATE TRIGGER market_entry_is_final BEFORE UPDATE ON market_entry BEGIN
    SELECT RAISE(ABORT, 'entries of the ledger are never changed');
END
"""


def guard(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRES, params=None)
    else:
        editor.execute(_SQLITE, params=None)


def unguard(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRES_BACK, params=None)
    else:
        editor.execute("DROP TRIGGER market_entry_is_final", params=None)


class Migration(migrations.Migration):
    dependencies = [("market", "0003_categories")]
    operations = [migrations.RunPython(guard, unguard)]
