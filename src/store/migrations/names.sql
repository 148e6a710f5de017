-- The names in the schemas of medstint, as names.txt has them. Indexes of constraints without a name
-- (users_pkey) are left out, because the server gives them another name where theirs is taken.
SELECT DISTINCT (format('%s %s.%s', object.kind, n.nspname, object.name) COLLATE "C") AS name FROM (
  SELECT 'pg_class'::regclass, c.oid, CASE c.relkind WHEN 'i' THEN 'index' ELSE 'table' END, c.relnamespace, c.relname::text
  FROM pg_class c
  WHERE c.relkind IN ('r', 'i') AND c.relname !~ '_(pkey|key)$' AND c.relname <> '_sqlx_migrations'
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid, 'type', t.typnamespace, t.typname::text FROM pg_type t WHERE t.typtype IN ('e', 'd')
  UNION ALL
  SELECT 'pg_proc'::regclass, p.oid, 'function', p.pronamespace, p.proname::text FROM pg_proc p
  UNION ALL
  SELECT 'pg_trigger'::regclass, t.oid, 'trigger', c.relnamespace, t.tgname || ' on ' || c.relname
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
) object(catalogue, id, kind, namespace, name) JOIN pg_namespace n ON n.oid = object.namespace
WHERE n.nspname IN ('public', 'medstint')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = object.catalogue AND d.objid = object.id AND d.deptype = 'e')
ORDER BY 1
