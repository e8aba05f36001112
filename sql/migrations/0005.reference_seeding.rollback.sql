drop view reference_catalogue;
drop function reference_note_alias(text, jsonb, jsonb);
drop function reference_rename(text, jsonb, jsonb);
drop function reference_deprecate(text, jsonb);
drop function reference_key_row(regclass, jsonb);
drop function reference_upsert(text, jsonb);
