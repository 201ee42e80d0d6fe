-- Folding of text for search and sort: accents and case do not count.
create extension if not exists unaccent;

-- unaccent() is only STABLE because its dictionary could be replaced; ours is named and never is, so indexes may rely on it.
create function fold(value text) returns text
language sql immutable parallel safe strict
return lower(public.unaccent('public.unaccent', value));

-- The words of a text as a search document. Apostrophes join (O'Brien is found as obrien), every other sign separates.
create function search_words(value text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(array(
    select distinct left(word, 60)
    from regexp_split_to_table(regexp_replace(fold(coalesce(value, '')), '[''’`´]', '', 'g'), '[^[:alnum:]]+') as word
    where word <> ''
));

-- The forms in which a stored number may be looked up: international digits, national digits, the last six.
create function search_phone(e164 text, typed text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(array(
    select distinct form from (values
        (ltrim(e164, '+')),
        (case when e164 like '+44%' then '0' || substr(e164, 4) end),
        (right(e164, 6)),
        (nullif(left(regexp_replace(coalesce(typed, ''), '[^0-9]', '', 'g'), 30), ''))
    ) as forms(form)
    where form is not null
));

-- Postcodes are compared without their space: SW1A 1AA and sw1a1aa are one.
create function postcode_key(value text) returns text
language sql immutable parallel safe strict
return left(upper(regexp_replace(value, '[^[:alnum:]]', '', 'g')), 20);

-- What to look for in search documents: every word of the text, as the beginning of a word. Null when there is no word in it.
create function search_query(value text) returns tsquery
language sql immutable parallel safe
return (
    select string_agg(quote_literal(word) || ':*', ' & ')
    from unnest(tsvector_to_array(search_words(value))) as word
)::tsquery;
