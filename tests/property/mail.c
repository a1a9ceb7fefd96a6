#include "mail.h"
void mail_begin(struct play *p) { (void)p; }
void mail_open(struct play *p, struct sup *s) { (void)p; (void)s; }
void mail_close(struct play *p, struct sup *s) { (void)p; (void)s; }
void mail_reload(struct play *p, struct sup *s) { (void)p; (void)s; }
void mail_queue(struct play *p, struct sup *s, const struct effect *x) { (void)p; (void)s; (void)x; }
void mail_tick(struct play *p, struct sup *s) { (void)p; (void)s; }
bool mail_answer(struct play *p) { (void)p; return false; }
int64_t mail_wake(struct play *p, const struct sup *s) { (void)p; (void)s; return INSTANT_NONE; }
void mail_trouble(struct play *p) { (void)p; }
void mail_mended(struct play *p) { (void)p; }
void mail_judge_end(struct play *p) { (void)p; }
