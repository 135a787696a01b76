package main

import (
	"testing"
	"time"
)

func TestGrantEndsWhenItWasAskedAndNotWhenItCame(t *testing.T) {
	asked := now().plus(-20 * time.Second)
	a := read(asked, 200, []byte(`{"epoch": 4, "remainingMillis": 30000, "later": true}`))
	if a.grant == nil || a.grant.epoch != 4 {
		t.Fatalf("no grant of epoch 4: %+v", a)
	}
	if ends := a.grant.ends().minus(asked); ends != 30*time.Second {
		t.Errorf("ends %v after it was asked for", ends)
	}
}

func TestProcessIsKilledBeforeTheGrantEndsGraceIncluded(t *testing.T) {
	for _, life := range []time.Duration{2 * time.Second, 10 * time.Second, 30 * time.Second, 10 * time.Minute} {
		for _, grace := range []time.Duration{0, 5 * time.Second, time.Hour} {
			g := grant{asked: now(), life: life}
			if g.killAt() >= g.ends() {
				t.Errorf("%v, grace %v: killed after the end", life, grace)
			}
			if g.termAt(grace) > g.killAt() || g.termAt(grace).minus(g.asked) < life/2 {
				t.Errorf("%v, grace %v: SIGTERM after %v", life, grace, g.termAt(grace).minus(g.asked))
			}
			if g.pace()*3 > g.termAt(grace).minus(g.asked) {
				t.Errorf("%v, grace %v: fewer than three questions fit, every %v", life, grace, g.pace())
			}
		}
	}
}

func TestOnlyGoneTakesTheRoleAway(t *testing.T) {
	for status, gone := range map[int]bool{200: false, 401: false, 404: false, 410: true, 500: false, 503: false} {
		if a := read(now(), status, []byte("{}")); a.gone != gone || a.grant != nil {
			t.Errorf("%d: %+v", status, a)
		}
	}
}

func TestNoGrantIsOfNoTimeOrOfMoreThanThereIs(t *testing.T) {
	for _, body := range []string{
		"", "null", `{"remainingMillis": 0}`, `{"remainingMillis": -1}`, `{"remainingMillis": 600001}`,
		`{"remainingMillis": 99999999999999}`,
	} {
		if a := read(now(), 200, []byte(body)); a.grant != nil {
			t.Errorf("%q is taken for a grant: %+v", body, a.grant)
		}
	}
}
