{{/* Names and labels, and the pod that all roles share. */}}

{{- define "bridge.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end -}}
{{- end }}

{{- define "bridge.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ default .Chart.AppVersion .Values.image.tag }}{{ end }}
{{- end }}

{{- define "bridge.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "bridge.fullname" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end -}}
{{- end }}

{{/* What selects the pods of a workload; these labels never change between releases. */}}
{{- define "bridge.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- with .part }}
bridge/part: {{ . }}
{{- end }}
{{- end }}

{{- define "bridge.labels" -}}
{{ include "bridge.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "bridge.entities" -}}
contact invoice customer_payment bill vendor_payment credit_note vendor_credit
{{- end }}

{{/* Every Deployment: role, part (a processor's name), name, arguments, and the role's values. */}}
{{- define "bridge.workloads" -}}
{{- $name := include "bridge.fullname" . }}
{{- $found := list }}
{{- $read := list }}
{{- range .Values.processor.deployments }}
{{- $read = concat $read (default (include "bridge.entities" $ | splitList " ") .entities) }}
{{- end }}
{{- range include "bridge.entities" . | splitList " " }}
{{- if not (has . $read) }}{{ fail (printf "processor.deployments: nobody reads %s; name it in one of them" .) }}{{ end }}
{{- end }}
{{- range $role := list "ingress" "outbox" "sweeper" }}
{{- $found = append $found (dict "role" $role "part" "" "name" (printf "%s-%s" $name $role) "args" (list $role)) }}
{{- end }}
{{- range .Values.processor.deployments }}
{{- $args := list "processor" "--concurrency" (toString $.Values.processor.concurrency) }}
{{- range .entities }}{{ $args = concat $args (list "--entity" .) }}{{ end }}
{{- $found = append $found (dict "role" "processor" "part" .name "entities" .entities "name" (printf "%s-processor-%s" $name .name) "args" $args) }}
{{- end }}
{{- dict "list" $found | toJson }}
{{- end }}

{{/* No more processes than Xero's limits give work to: organisations × what Xero takes ÷ what one decides. */}}
{{- define "bridge.ceiling" -}}
{{- $perSecond := divf (mulf .Values.organisations .Values.xero.documentsPerMinute) 60 }}
{{- $useful := int (ceil (divf $perSecond .Values.processor.eventsPerSecond)) }}
{{- max 1 (min $useful (int .Values.autoscaling.maxReplicas)) }}
{{- end }}

{{- define "bridge.env" -}}
{{- $values := .root.Values }}
{{- $secrets := $values.secrets }}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .database.name }}, key: {{ .database.key }} } }
- name: AMQP_URL
  valueFrom: { secretKeyRef: { name: {{ $secrets.rabbitmq.name }}, key: {{ $secrets.rabbitmq.key }} } }
- name: BRIDGE_SECRET_KEY
  valueFrom: { secretKeyRef: { name: {{ $secrets.secretKey.name }}, key: {{ $secrets.secretKey.key }} } }
{{- if $secrets.apiToken.name }}
- name: BRIDGE_API_TOKEN
  valueFrom: { secretKeyRef: { name: {{ $secrets.apiToken.name }}, key: {{ $secrets.apiToken.key }} } }
{{- end }}
{{- if $secrets.xeroApp.name }}
- name: XERO_CLIENT_ID
  valueFrom: { secretKeyRef: { name: {{ $secrets.xeroApp.name }}, key: {{ $secrets.xeroApp.clientId }} } }
- name: XERO_CLIENT_SECRET
  valueFrom: { secretKeyRef: { name: {{ $secrets.xeroApp.name }}, key: {{ $secrets.xeroApp.clientSecret }} } }
- name: XERO_WEBHOOK_KEY
  valueFrom: { secretKeyRef: { name: {{ $secrets.xeroApp.name }}, key: {{ $secrets.xeroApp.webhookKey }}, optional: true } }
{{- end }}
- name: OTEL_SERVICE_NAME
  value: bridge-{{ .role }}
- name: BRIDGE_PUBLIC_URL
  value: {{ $values.publicUrl | quote }}
- name: BRIDGE_HOST
  value: "0.0.0.0"
- name: BRIDGE_PORT
  value: "8080"
- name: BRIDGE_METRICS_PORT
  value: "9090"
- name: BRIDGE_DATA_DIR
  value: /tmp/bridge
{{- range $key, $value := $values.settings }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- with $values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "bridge.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "bridge.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
