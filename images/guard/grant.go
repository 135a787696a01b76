package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// grant is the right to run until a time, counted from before it was asked for: what is in force when the answer was
// made is in force no longer than that.
type grant struct {
	epoch int64
	asked instant
	life  time.Duration
}

func (g grant) ends() instant { return g.asked.plus(g.life) }

// killAt leaves time for the kernel to end what it is told to kill: the process is gone when the grant ends.
func (g grant) killAt() instant { return g.ends().plus(-min(margin, g.life/10)) }

// termAt leaves the process its grace before.
func (g grant) termAt(grace time.Duration) instant { return g.killAt().plus(-g.notice(grace)) }

// notice is the time from SIGTERM to SIGKILL.
func (g grant) notice(grace time.Duration) time.Duration { return min(grace, g.life/5) }

// pace is the pause between two questions: several may fail before the grant ends.
func (g grant) pace() time.Duration { return max(g.life/6, 250*time.Millisecond) }

// margin between SIGKILL and the end of the grant.
const margin = 500 * time.Millisecond

// Answers are small and grants at most ten minutes long: what is larger was not made by an agent.
const (
	answerLimit = 4096
	longestLife = 10 * time.Minute
)

// answer is what came of a question.
type answer struct {
	grant *grant
	// gone: central has taken the role away, which no later answer of this epoch gives back.
	gone bool
	why  string
}

// door is where grants are asked for.
type door struct {
	url string
	// starting is where one asks who has not begun: the agent lets it go first.
	starting string
	token    string
	client   *http.Client
}

func newDoor(address, token string) (*door, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("%q is no address of a door for grants", address)
	}
	starting := *u
	query := u.Query()
	query.Set("waiting", "true")
	starting.RawQuery = query.Encode()
	return &door{
		url:      address,
		starting: starting.String(),
		token:    token,
		client: &http.Client{
			// The agent is in this cluster: the proxy in the application's environment is not meant. Each question has
			// a connection of its own, so that none waits on one whose other end is gone.
			Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
	}, nil
}

// ask puts the question.
func (d *door) ask(patience time.Duration, waiting bool) answer {
	address := d.url
	if waiting {
		address = d.starting
	}
	asked := now()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{why: err.Error()}
	}
	request.Header.Set("Authorization", "Bearer "+d.token)
	response, err := d.client.Do(request)
	if err != nil {
		return answer{why: words(err)}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, answerLimit))
	if err != nil {
		return answer{why: words(err)}
	}
	return read(asked, response.StatusCode, body)
}

// words of a failure without ports and times, which differ each time: what is said again is not said twice.
func words(err error) string {
	var network *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "the agent does not answer in time"
	case errors.As(err, &network):
		return network.Op + ": " + network.Err.Error()
	}
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err.Error()
	}
	return err.Error()
}

func read(asked instant, status int, body []byte) answer {
	switch status {
	case http.StatusOK:
		var told struct {
			Epoch           int64 `json:"epoch"`
			RemainingMillis int64 `json:"remainingMillis"`
		}
		if err := json.Unmarshal(body, &told); err != nil {
			return answer{why: "unreadable answer: " + err.Error()}
		}
		life := time.Duration(told.RemainingMillis) * time.Millisecond
		if told.RemainingMillis <= 0 || life > longestLife {
			return answer{why: fmt.Sprintf("a grant of %d ms is none", told.RemainingMillis)}
		}
		return answer{grant: &grant{epoch: told.Epoch, asked: asked, life: life}}
	case http.StatusGone:
		return answer{gone: true, why: "the active role is not with this cluster"}
	default:
		return answer{why: fmt.Sprintf("the agent answers %d", status)}
	}
}
