import type { DatabaseSync } from 'node:sqlite';
import type { Digest } from '../../core/model/digest.ts';
import { parseDigest } from '../../core/model/digest.ts';
import type { StoreCheck } from '../../ports/store.ts';
import { reasonOf } from './faults.ts';
import { parseContent } from './rows.ts';

/** Looks at everything and changes nothing; what cannot be looked at is a fault too. */
export function checkDatabase(
  database: DatabaseSync,
  isContentOf: (digest: Digest, bytes: Uint8Array) => boolean,
): StoreCheck {
  const damaged: Digest[] = [];
  const faults: string[] = [];
  let contents = 0;
  const looks = [
    () => {
      for (const row of database.prepare('SELECT digest, read_day, bytes FROM content ORDER BY digest').iterate()) {
        contents++;
        const digest = parseDigest(String(row['digest']));
        if (digest === undefined) faults.push('content is kept under what is no digest');
        else if (!isContentOf(digest, parseContent(row)?.bytes ?? new Uint8Array())) damaged.push(digest);
      }
    },
    () => faults.push(...integrityFaults(database)),
    () => faults.push(...brokenPromises(database)),
  ];
  for (const look of looks) {
    try {
      look();
    } catch (error) {
      faults.push(reasonOf(error));
    }
  }
  return { contents, damaged, faults };
}

function integrityFaults(database: DatabaseSync): readonly string[] {
  const lines = database.prepare('PRAGMA integrity_check').all();
  return lines.map((line) => String(line['integrity_check'])).filter((line) => line !== 'ok');
}

function brokenPromises(database: DatabaseSync): readonly string[] {
  const promises = database.prepare(
    `SELECT DISTINCT scope, name FROM fact
       WHERE kind = 'content' AND value IS NOT NULL AND name NOT IN (SELECT digest FROM content) ORDER BY scope, name`,
  );
  return promises.all().map((fact) => `${String(fact['name'])} of ${String(fact['scope'])} is not there any more`);
}
