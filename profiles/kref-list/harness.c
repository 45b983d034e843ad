// SPDX-License-Identifier: MIT

void lookup_put(void)
{
	struct session *s = session_lookup(1);

	if (s)
		session_put(s);
}

void remove(struct session *s)
{
	session_remove(s);
}
