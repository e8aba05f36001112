drop function reference_track();
drop function reference_note_aliases(text, bigint);
drop function reference_key(jsonb, text[]);
drop function reference_next_version(text);
drop function reference_guard();
