// Package kubernetes holds the manifests of a run in shards; its test holds
// them against the types of the API.
package kubernetes

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// manifest is a document as the API understands it.
type manifest struct {
	claim *corev1.PersistentVolumeClaim
	job   *batchv1.Job
}

// decode refuses keys that the API does not know, and values of a wrong type.
func decode(document []byte) (m manifest, err error) {
	var kind struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return m, err
	}
	switch kind.APIVersion + " " + kind.Kind {
	case "v1 PersistentVolumeClaim":
		m.claim = new(corev1.PersistentVolumeClaim)
		return m, strict(document, m.claim)
	case "batch/v1 Job":
		m.job = new(batchv1.Job)
		return m, strict(document, m.job)
	}
	return m, fmt.Errorf("unknown %+v", kind)
}

// strict decodes as the API server does under --validate=strict.
func strict(document []byte, into any) error {
	text, err := yaml.YAMLToJSONStrict(document)
	if err != nil {
		return err
	}
	unknown, err := json.UnmarshalStrict(text, into)
	return errors.Join(append(unknown, err)...)
}

func manifests(t *testing.T, file string) []manifest {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []manifest
	for _, document := range bytes.Split(content, []byte("\n---\n")) {
		m, err := decode(document)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, m)
	}
	return all
}

// wantSafe: no root, no writable image, no privileges, and memory is bounded.
func wantSafe(t *testing.T, job *batchv1.Job) {
	t.Helper()
	pod := job.Spec.Template.Spec
	c := pod.Containers[0]
	if pod.RestartPolicy != corev1.RestartPolicyNever || !*pod.SecurityContext.RunAsNonRoot || *pod.AutomountServiceAccountToken || pod.EnableServiceLinks == nil || *pod.EnableServiceLinks {
		t.Errorf("%s: %+v", job.Name, pod)
	}
	if *c.SecurityContext.AllowPrivilegeEscalation || !*c.SecurityContext.ReadOnlyRootFilesystem || c.Resources.Limits.Memory().IsZero() {
		t.Errorf("%s: %+v", job.Name, c)
	}
	for _, rule := range job.Spec.PodFailurePolicy.Rules {
		if rule.OnExitCodes != nil && *rule.OnExitCodes.ContainerName != c.Name {
			t.Errorf("%s: a rule for container %s", job.Name, *rule.OnExitCodes.ContainerName)
		}
		if codes := rule.OnExitCodes; codes != nil && (!slices.Contains(codes.Values, 104) || slices.Contains(codes.Values, 1) || slices.Contains(codes.Values, 2)) {
			t.Errorf("%s: %v are not tried again; 104 alone is the same on every node", job.Name, codes.Values)
		}
	}
}

func TestShards(t *testing.T) {
	all := manifests(t, "shards.yaml")
	if len(all) != 2 || all[0].claim == nil || all[1].job == nil {
		t.Fatalf("%+v", all)
	}
	claim, job := all[0].claim, all[1].job
	wantSafe(t, job)
	spec := job.Spec
	if *spec.CompletionMode != batchv1.IndexedCompletion || *spec.Parallelism > *spec.Completions || spec.BackoffLimitPerIndex == nil {
		t.Errorf("%+v", spec)
	}
	args := spec.Template.Spec.Containers[0].Args
	for _, want := range []string{fmt.Sprintf("--shard=$(JOB_COMPLETION_INDEX)+1/%d", *spec.Completions), "--out=/data/shard-$(JOB_COMPLETION_INDEX)", "--resume"} {
		if !slices.Contains(args, want) {
			t.Errorf("%v lacks %s", args, want)
		}
	}
	if claim.Spec.AccessModes[0] != corev1.ReadWriteMany || claim.Spec.Resources.Requests.Storage().IsZero() {
		t.Errorf("%+v", claim.Spec)
	}
	wantVolume(t, job, claim.Name)
}

func TestMerge(t *testing.T) {
	all := manifests(t, "merge.yaml")
	if len(all) != 1 || all[0].job == nil {
		t.Fatalf("%+v", all)
	}
	wantSafe(t, all[0].job)
	wantVolume(t, all[0].job, "backtest")
	shards := manifests(t, "shards.yaml")[1].job
	if a, b := all[0].job.Spec.Template.Spec.Containers[0].Image, shards.Spec.Template.Spec.Containers[0].Image; a != b {
		t.Errorf("the merge runs %s, the shards %s", a, b)
	}
}

// wantVolume: what the containers mount is there, and /data is the claim.
func wantVolume(t *testing.T, job *batchv1.Job, claim string) {
	t.Helper()
	pod := job.Spec.Template.Spec
	sources := map[string]corev1.VolumeSource{}
	for _, v := range pod.Volumes {
		sources[v.Name] = v.VolumeSource
	}
	for _, m := range pod.Containers[0].VolumeMounts {
		source, ok := sources[m.Name]
		if !ok || m.MountPath == "/data" && (source.PersistentVolumeClaim == nil || source.PersistentVolumeClaim.ClaimName != claim) {
			t.Errorf("%s: mount %+v of %+v", job.Name, m, source)
		}
	}
}

func TestStrangeKeysAreRefused(t *testing.T) {
	content, err := os.ReadFile("merge.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for old, altered := range map[string]string{"backoffLimit:": "backoffLimits:", "backoffLimit: 3": "backoffLimit: three", "restartPolicy:": "restartpolicy:"} {
		if _, err := decode([]byte(strings.Replace(string(content), old, altered, 1))); err == nil {
			t.Errorf("%q instead of %q is accepted", altered, old)
		}
	}
}
